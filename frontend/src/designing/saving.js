// One file of a draft in the browser: what was loaded, whether it changed, saving against the revision it came from.
import { ask } from "./server.js";

export class DraftFile {
  constructor({ url, revision, readonly }) {
    Object.assign(this, { url, revision, readonly, changed: false, busy: false });
    this.place = document.querySelector("[data-save-state]");
    window.addEventListener("beforeunload", (event) => {
      if (this.changed) event.preventDefault();
    });
  }

  touch() {
    if (this.readonly) return;
    this.changed = true;
    this.tell("有未保存的改动", "wait");
  }

  tell(text, tone = "") {
    if (!this.place) return;
    this.place.textContent = text;
    this.place.className = `designer-state${tone ? ` is-${tone}` : ""}`;
  }

  async save(text) {
    if (this.busy || this.readonly) return null;
    this.busy = true;
    this.tell("正在保存…");
    const answer = await ask(this.url, { text, revision: this.revision });
    this.busy = false;
    if (answer?.ok) {
      this.revision = answer.revision;
      this.changed = false;
      this.tell(`已保存 ${new Date().toTimeString().slice(0, 5)}`, "on");
    } else {
      this.tell(answer?.message ?? "没有保存", "stop");
    }
    return answer;
  }
}

// Ctrl+S saves, wherever the focus is.
export function listenForSave(act) {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      act();
    }
  });
}

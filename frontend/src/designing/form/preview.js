// The form as the server shows it: the same templates, the same conditions. What is typed here is kept nowhere.
import { ask, later, make } from "../server.js";

export class Preview {
  constructor(place, url, tell) {
    Object.assign(this, { place, url, tell, text: "", node: "", running: null });
    this.again = later(250, () => this.draw(this.text));
    place.addEventListener("input", () => this.again());
    place.addEventListener("change", () => this.again());
    place.addEventListener("submit", (event) => event.preventDefault());
    // Buttons of the form (another row) are acts on what is shown here only.
    place.addEventListener("click", (event) => this.press(event));
    document.querySelector("[data-preview-node]")?.addEventListener("change", (event) => {
      this.node = event.target.value;
      this.draw(this.text);
    });
  }

  values(extra = []) {
    const box = this.place.querySelector("form");
    return box ? [...[...new FormData(box)].filter(([, value]) => typeof value === "string"), ...extra] : extra;
  }

  press(event) {
    const button = event.target.closest("button[name]");
    if (!button) return;
    event.preventDefault();
    this.draw(this.text, [[button.name, button.value]]);
  }

  async draw(text, extra = []) {
    this.text = text;
    this.running?.abort();
    this.running = new AbortController();
    const answer = await ask(this.url, { text, values: this.values(extra), node: this.node }, this.running.signal);
    if (answer === null) return;
    if (answer.problems) this.tell(answer.problems);
    if (answer.html === undefined) {
      if (!this.place.firstChild) this.place.replaceChildren(make("p", { class: "quiet" }, answer.message ?? "先改正下面列出的问题，才能预览。"));
      this.place.classList.add("is-stale");
      return;
    }
    const focused = document.activeElement?.closest("#preview") ? document.activeElement.id : "";
    const caret = focused ? document.activeElement.selectionStart : null;
    this.place.classList.remove("is-stale");
    // Rendered by the server with its own templates, every value escaped there.
    this.place.innerHTML = answer.html;
    const again = focused ? document.getElementById(focused) : null;
    again?.focus();
    if (again?.setSelectionRange && caret !== null) again.setSelectionRange(caret, caret);
  }
}

// One's own pins, notes and steps on the canvas around a household, kept on the server.
const token = () => document.querySelector("meta[name=csrf-token]")?.content ?? "";

export class Marks {
  constructor(centre, tellSteps) {
    this.address = `/household/${encodeURIComponent(centre)}/canvas`;
    this.of = new Map();
    this.tellSteps = tellSteps;
  }

  async load() {
    const answer = await fetch(`${this.address}.json`, { headers: { Accept: "application/json" } });
    if (answer.ok) this.take(await answer.json());
  }

  take({ marks, steps }) {
    this.of = new Map(marks.map((mark) => [mark.subject, mark]));
    this.tellSteps(steps);
  }

  // Changes what is given, keeps the rest. Returns the words of a refusal, or nothing.
  save(subject, change) {
    const { pinned = false, note = "", x = null, y = null } = { ...this.of.get(subject), ...change };
    const form = new URLSearchParams({ subject, note });
    if (pinned) form.set("pinned", "on");
    if (pinned && x !== null) form.set("x", x);
    if (pinned && y !== null) form.set("y", y);
    return this.send("mark", form);
  }

  step(kind, what = {}) {
    return this.send("step", new URLSearchParams({ kind, ...what }));
  }

  async send(act, body) {
    try {
      const answer = await fetch(`${this.address}/${act}/`, { method: "POST", body, headers: { "X-CSRFToken": token() } });
      if (answer.ok) {
        this.take(await answer.json());
        return undefined;
      }
      const said = answer.headers.get("Content-Type")?.includes("json") ? (await answer.json()).error : undefined;
      return said ?? "没有存下来，请刷新页面后再试。";
    } catch {
      return "没有连上服务器，这一步没有存下来。";
    }
  }
}

// The fields in their order, with headings; dragged with the mouse or moved with Alt and the arrow keys.
import { make } from "../server.js";
import { KINDS, kindOf } from "./kinds.js";

export class FieldList {
  constructor(place, form, { select, changed, readonly }) {
    Object.assign(this, { place, form, select, changed, readonly, chosen: null, dragged: null });
  }

  draw(chosen) {
    this.chosen = chosen;
    const focused = this.place.contains(document.activeElement);
    this.place.replaceChildren(...this.form.sections().map((one) => this.section(one)));
    if (focused) this.place.querySelector("[aria-current=true]")?.focus();
  }

  section({ group, title, names }) {
    const head = group && !this.readonly
      ? make("div", { class: "form-heading" }, this.titleInput(group), make("button", { type: "button", class: "btn-plain", title: "删去这个标题（字段并入相邻的组）", "aria-label": `删去标题 ${title}`, onclick: () => this.act(() => this.form.removeGroup(group)) }, icon("x")))
      : make("div", { class: "form-heading quiet" }, title);
    const list = make("ol", { class: "form-fields" }, ...names.map((name) => this.row([name])));
    if (!names.length) list.append(make("li", { class: "quiet form-empty" }, "从上面选一种字段加进来"));
    this.listenForDrop(list, null, group);
    return make("section", {}, head, list);
  }

  titleInput(group) {
    return make("input", { class: "form-control form-control-sm", value: group.title, maxlength: 40, "aria-label": "标题", onchange: (event) => this.act(() => this.form.renameGroup(group, event.target.value.trim() || group.title)) });
  }

  row(path) {
    const schema = this.form.field(path);
    const kind = kindOf(schema);
    const current = this.chosen?.join(".") === path.join(".");
    const button = make("button", { type: "button", class: "form-row", draggable: !this.readonly, "aria-current": current ? "true" : null, "data-path": path.join("."), onclick: () => this.select(path), onkeydown: (event) => this.keys(event, path) },
      icon(KINDS[kind].icon), make("span", { class: "form-row-title" }, schema.title ?? path.at(-1), this.form.isRequired(path) ? make("span", { class: "needed" }, "*") : null),
      this.form.condition(path[0]) && path.length === 1 ? make("span", { class: "quiet", title: "有显示条件" }, icon("git-branch")) : null,
      make("span", { class: "quiet form-row-kind" }, KINDS[kind].title));
    button.addEventListener("dragstart", (event) => {
      this.dragged = path;
      event.dataTransfer.effectAllowed = "move";
    });
    const inner = ["group", "rows"].includes(kind) ? make("ol", { class: "form-fields form-inner" }, ...this.form.children(path).map((name) => this.row([...path, name]))) : null;
    const item = make("li", {}, button, inner);
    this.listenForDrop(item, path);
    return item;
  }

  keys(event, path) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by) {
      if (event.key === "Delete" && !this.readonly) this.act(() => this.form.remove(path), null);
      return;
    }
    event.preventDefault();
    if (event.altKey && !this.readonly) {
      this.act(() => this.form.nudge(path, by), path);
      return;
    }
    const rows = [...this.place.querySelectorAll(".form-row")];
    rows[rows.indexOf(event.target) + by]?.focus();
  }

  listenForDrop(item, before, group) {
    item.addEventListener("dragover", (event) => {
      if (!this.fits(before)) return;
      event.preventDefault();
      event.stopPropagation();
      item.classList.add("is-over");
    });
    item.addEventListener("dragleave", () => item.classList.remove("is-over"));
    item.addEventListener("drop", (event) => {
      if (!this.fits(before)) return;
      event.preventDefault();
      event.stopPropagation();
      const moved = this.dragged;
      this.dragged = null;
      this.act(() => this.form.move(moved, before?.at(-1) ?? null, group), moved);
    });
  }

  // A field stays with its owner: what is filled in for one row of a group is not the form's.
  fits(before) {
    if (!this.dragged) return false;
    const outer = (path) => path.slice(0, -1).join(".");
    return before ? outer(before) === outer(this.dragged) && before.join(".") !== this.dragged.join(".") : this.dragged.length === 1;
  }

  act(change, chosen = this.chosen) {
    change();
    this.chosen = chosen;
    this.changed(chosen);
  }
}

export function icon(name) {
  return make("i", { class: `ti ti-${name}`, "aria-hidden": "true" });
}

// A form as its JSON Schema, changed in place: what the designer does not know stays where it was.
import { agrees, isPlain, read, write } from "./conditions.js";
import { KINDS, kindOf } from "./kinds.js";

const USUAL_GROUP = "填写内容";
const without = (list, name) => (list ?? []).filter((one) => one !== name);

export class FormDocument {
  constructor(text) {
    this.schema = JSON.parse(text);
    this.past = [];
    this.future = [];
  }

  get text() {
    return `${JSON.stringify(this.schema, null, 2)}\n`;
  }

  // One undoable change.
  change(act) {
    const before = JSON.stringify(this.schema);
    const result = act();
    if (JSON.stringify(this.schema) === before) return result;
    this.past.push(before);
    this.future = [];
    return result;
  }

  step(from, to) {
    if (!from.length) return false;
    to.push(JSON.stringify(this.schema));
    this.schema = JSON.parse(from.pop());
    return true;
  }

  undo = () => this.step(this.past, this.future);
  redo = () => this.step(this.future, this.past);

  // Where a field of the form itself stands: `owner.properties[name]`, in a branch of a condition or not.
  place(name) {
    if (name in this.schema.properties) return { owner: this.schema, branch: null };
    for (const branch of [this.schema, ...(this.schema.allOf ?? [])]) {
      for (const part of ["then", "else"]) {
        const owner = branch[part];
        if (owner?.properties && name in owner.properties) return { owner, branch };
      }
    }
    return null;
  }

  ownerOf(path) {
    if (path.length === 1) return this.place(path[0])?.owner ?? null;
    const outer = this.field(path.slice(0, -1));
    return outer ? (outer.type === "array" ? outer.items : outer) : null;
  }

  field(path) {
    return this.ownerOf(path)?.properties?.[path.at(-1)] ?? null;
  }

  names() {
    const found = Object.keys(this.schema.properties);
    for (const branch of [this.schema, ...(this.schema.allOf ?? [])]) {
      for (const part of ["then", "else"]) found.push(...Object.keys(branch[part]?.properties ?? {}));
    }
    return [...new Set(found)];
  }

  // Headings with their fields; fields that none names come last.
  sections() {
    const groups = (this.schema["x-groups"] ?? []).map((group) => ({ group, title: group.title, names: group.fields.filter((name) => this.place(name)) }));
    const named = new Set(groups.flatMap(({ names }) => names));
    const rest = this.names().filter((name) => !named.has(name));
    return rest.length || !groups.length ? [...groups, { group: null, title: groups.length ? "未分组" : USUAL_GROUP, names: rest }] : groups;
  }

  children(path) {
    const schema = this.field(path);
    const inner = schema?.type === "array" ? schema.items : schema;
    return Object.keys(inner?.properties ?? {});
  }

  isRequired(path) {
    return (this.ownerOf(path)?.required ?? []).includes(path.at(-1));
  }

  condition(name) {
    const place = this.place(name);
    if (!place?.branch) return null;
    return isPlain(place.branch) ? read(place.branch.if) : { custom: true };
  }

  freshName(owner) {
    const taken = new Set(owner === this.schema ? this.names() : Object.keys(owner.properties));
    let at = 1;
    while (taken.has(`field${at}`)) at += 1;
    return `field${at}`;
  }

  // A new field behind `after`: inside it when that is a group, at the end when there is none.
  add(kind, after) {
    return this.change(() => {
      const inside = after && ["group", "rows"].includes(kindOf(this.field(after)));
      const outer = inside ? after : (after?.slice(0, -1) ?? []);
      const owner = outer.length ? this.ownerOf([...outer, ""]) : this.schema;
      const name = this.freshName(owner);
      const { title: kindTitle, begin } = KINDS[kind];
      const { type, ...more } = begin();
      this.insert(owner, name, { type, title: `新的${kindTitle}`, ...more }, inside ? null : after?.at(-1));
      if (!outer.length) this.putInGroup(name, after?.[0]);
      return [...outer, name];
    });
  }

  insert(owner, name, schema, after) {
    const entries = Object.entries(owner.properties);
    const at = entries.findIndex(([key]) => key === after);
    entries.splice(at < 0 ? entries.length : at + 1, 0, [name, schema]);
    owner.properties = Object.fromEntries(entries);
  }

  putInGroup(name, after) {
    const groups = this.schema["x-groups"];
    if (!groups?.length) return;
    const group = groups.find(({ fields }) => fields.includes(after)) ?? groups.at(-1);
    const at = group.fields.indexOf(after);
    group.fields.splice(at < 0 ? group.fields.length : at + 1, 0, name);
  }

  remove(path) {
    return this.change(() => {
      const owner = this.ownerOf(path);
      const name = path.at(-1);
      delete owner.properties[name];
      this.setList(owner, "required", without(owner.required, name));
      if (path.length > 1) return;
      for (const group of this.schema["x-groups"] ?? []) group.fields = without(group.fields, name);
      this.tidy();
    });
  }

  // A branch without fields left says nothing; any other is not ours to remove.
  tidy() {
    if (!this.schema.allOf) return;
    this.schema.allOf = this.schema.allOf.filter((branch) => !(isPlain(branch) && !Object.keys(branch.then.properties ?? {}).length && !branch.then.required?.length));
    if (!this.schema.allOf.length) delete this.schema.allOf;
  }

  setList(owner, key, list) {
    if (list.length) owner[key] = list;
    else if (key in owner) delete owner[key];
  }

  require(path, wanted) {
    return this.change(() => {
      const owner = this.ownerOf(path);
      const rest = without(owner.required, path.at(-1));
      this.setList(owner, "required", wanted ? [...rest, path.at(-1)] : rest);
    });
  }

  set(path, key, value) {
    return this.change(() => {
      const schema = this.field(path);
      if (value === undefined || value === "" || value === null || value === false || (Array.isArray(value) && !value.length)) delete schema[key];
      else schema[key] = value;
    });
  }

  rename(path, name) {
    return this.change(() => {
      const owner = this.ownerOf(path);
      const old = path.at(-1);
      const swap = (one) => (one === old ? name : one);
      owner.properties = Object.fromEntries(Object.entries(owner.properties).map(([key, value]) => [swap(key), value]));
      if (owner.required) owner.required = owner.required.map(swap);
      if (path.length === 1) this.renameElsewhere(old, name, swap);
      return [...path.slice(0, -1), name];
    });
  }

  renameElsewhere(old, name, swap) {
    for (const group of this.schema["x-groups"] ?? []) group.fields = group.fields.map(swap);
    const needs = this.schema.dependentRequired;
    if (needs) this.schema.dependentRequired = Object.fromEntries(Object.entries(needs).map(([key, list]) => [swap(key), list.map(swap)]));
    for (const branch of this.schema.allOf ?? []) {
      const known = read(branch.if);
      if (known?.field === old) branch.if = write({ ...known, field: name });
    }
  }

  // The field shown always (null) or under a plain condition; whether it is required moves along.
  setCondition(name, condition) {
    return this.change(() => {
      const { owner } = this.place(name);
      const [schema, required] = [owner.properties[name], (owner.required ?? []).includes(name)];
      const target = condition ? this.branchFor(condition).then : this.schema;
      if (target === owner) return;
      delete owner.properties[name];
      this.setList(owner, "required", without(owner.required, name));
      target.properties = { ...(target.properties ?? {}), [name]: schema };
      if (required) target.required = [...(target.required ?? []), name];
      this.tidy();
    });
  }

  branchFor(condition) {
    this.schema.allOf ??= [];
    const found = this.schema.allOf.find((branch) => agrees(branch, condition));
    if (found) return found;
    const made = { if: write(condition), then: { properties: {} } };
    this.schema.allOf.push(made);
    return made;
  }

  // Before another of the same owner or, on the form itself, of any group; `before` null is the end of `group`.
  move(path, before, group) {
    return this.change(() => {
      const name = path.at(-1);
      if (path.length > 1) return this.reorder(this.ownerOf(path), name, before);
      if (!this.schema["x-groups"]?.length) return this.reorder(this.place(name).owner, name, before);
      for (const one of this.schema["x-groups"]) one.fields = without(one.fields, name);
      const target = this.schema["x-groups"].find((one) => (before ? one.fields.includes(before) : one === group)) ?? this.schema["x-groups"].at(-1);
      const at = before ? target.fields.indexOf(before) : -1;
      return target.fields.splice(at < 0 ? target.fields.length : at, 0, name);
    });
  }

  reorder(owner, name, before) {
    const { [name]: moved, ...rest } = owner.properties;
    const entries = Object.entries(rest);
    const at = entries.findIndex(([key]) => key === before);
    entries.splice(at < 0 ? entries.length : at, 0, [name, moved]);
    owner.properties = Object.fromEntries(entries);
  }

  // One place up or down, across headings where there are any.
  nudge(path, by) {
    const name = path.at(-1);
    const outer = path.slice(0, -1);
    const rows = outer.length ? this.children(outer) : this.sections().flatMap(({ names }) => names);
    const at = rows.indexOf(name);
    if (at + by < 0 || at + by >= rows.length) return false;
    const before = by < 0 ? rows[at - 1] : (rows[at + 2] ?? null);
    const group = outer.length ? null : this.sections().at(-1).group;
    this.move(path, before, group);
    return true;
  }

  addGroup(title) {
    return this.change(() => {
      if (!this.schema["x-groups"]) this.schema["x-groups"] = this.names().length ? [{ title: USUAL_GROUP, fields: this.names() }] : [];
      this.schema["x-groups"].push({ title, fields: [] });
    });
  }

  renameGroup(group, title) {
    return this.change(() => {
      group.title = title;
    });
  }

  removeGroup(group) {
    return this.change(() => {
      const groups = this.schema["x-groups"];
      const at = groups.indexOf(group);
      const heir = groups[at - 1] ?? groups[at + 1];
      if (heir) heir.fields.push(...group.fields);
      groups.splice(at, 1);
      if (!groups.length) delete this.schema["x-groups"];
    });
  }
}

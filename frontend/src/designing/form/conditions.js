// “Shown when field X is Y”, as standard JSON Schema: { if: { properties: { X: … }, required: [X] }, then: { properties } }.
// Only this plain kind is written; any other condition is kept as it stands and told as such.
const TESTS = { is: "const", above: "exclusiveMinimum", below: "exclusiveMaximum" };
export const WORDS = { is: "是", above: "大于", below: "小于" };

const same = (left, right) => JSON.stringify(left) === JSON.stringify(right);

export function write({ field, test, value }) {
  return { properties: { [field]: { [TESTS[test]]: value } }, required: [field] };
}

// The plain condition of an `if`, or null when it says more than that.
export function read(condition) {
  const entries = Object.entries(condition?.properties ?? {});
  const plain = entries.length === 1 && Object.keys(condition).every((key) => ["properties", "required"].includes(key));
  if (!plain) return null;
  const [[field, inner]] = entries;
  if (!same(condition.required ?? [field], [field])) return null;
  const found = Object.entries(TESTS).find(([, keyword]) => same(Object.keys(inner), [keyword]));
  return found ? { field, test: found[0], value: inner[found[1]] } : null;
}

// A branch that holds nothing but fields shown when its `if` holds.
export function isPlain(branch) {
  return Boolean(branch.if && branch.then && !branch.else && read(branch.if)) && Object.keys(branch.then).every((key) => ["properties", "required"].includes(key));
}

export const agrees = (branch, condition) => isPlain(branch) && same(read(branch.if), condition);

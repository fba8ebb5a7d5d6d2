// The sheet in which a note on a household or a relation is written.
export function askForNote(title, text) {
  const sheet = document.createElement("dialog");
  sheet.className = "sheet";
  sheet.setAttribute("aria-label", "批注");
  const head = document.createElement("div");
  head.className = "sheet-head";
  const heading = document.createElement("h2");
  heading.textContent = `批注：${title}`;
  head.append(heading);
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "sheet-body note-form";
  const area = document.createElement("textarea");
  Object.assign(area, { className: "form-control", rows: 5, maxLength: 500, value: text, placeholder: "看到了什么、还要核实什么。只有您自己看得到，会印进报告；留空即删除。" });
  area.setAttribute("aria-label", "批注内容");
  form.append(area, button("存下", "btn btn-primary", "save"), button("不改", "btn btn-link", "cancel"));
  sheet.append(head, form);
  document.body.append(sheet);
  sheet.showModal();
  area.focus();
  return new Promise((resolve) => {
    sheet.addEventListener("close", () => {
      resolve(sheet.returnValue === "save" ? area.value.trim() : undefined);
      sheet.remove();
    });
  });
}

function button(text, look, value) {
  const made = document.createElement("button");
  Object.assign(made, { textContent: text, className: look, value, type: "submit" });
  return made;
}

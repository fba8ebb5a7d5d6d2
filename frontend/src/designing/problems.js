// What is wrong, as a list below the drawing or the form; a line leads to what it is about.
import { make } from "./server.js";

export function showProblems(place, problems, { select, names = () => "" } = {}) {
  const counter = document.querySelector("[data-problem-count]");
  const blocking = problems.filter((one) => one.blocks !== false).length;
  if (counter) {
    counter.textContent = problems.length ? `${problems.length} 处问题` : "没有问题";
    counter.className = `mark ${blocking ? "mark-stop" : problems.length ? "mark-wait" : "mark-on"}`;
  }
  if (!problems.length) {
    place.replaceChildren(make("p", { class: "quiet designer-fine" }, "按现在的画法没有发现问题。"));
    return;
  }
  place.replaceChildren(make("ul", { class: "designer-problems" }, ...problems.map((one) => line(one, select, names))));
}

function line(one, select, names) {
  const name = one.element ? names(one.element) || one.element : one.place;
  const text = [
    make("code", {}, one.code),
    name ? make("strong", {}, name) : null,
    make("span", {}, one.message),
    one.advice ? make("span", { class: "quiet" }, one.advice) : null,
  ];
  const known = one.element && select;
  return make("li", {}, known ? make("button", { type: "button", onclick: () => select(one.element) }, ...text.filter(Boolean)) : make("div", {}, ...text.filter(Boolean)));
}

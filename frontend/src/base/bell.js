// The bell: how many notices are unread, live while the page is in view, and a word about each new one.
// Where no stream can be had the page looks once a minute. Neither counts as work at the desk (X-Background).

const LOOK_EVERY = 60_000;
const TOAST_FOR = 8_000;
const MOST_TOASTS = 3;
const TOLD = "yihu-told";

let bell, badge, place, stream, timer, mark, live;
let failures = 0;

export function listenForNotices() {
  bell = document.querySelector("[data-bell]");
  if (!bell) return;
  badge = bell.querySelector("[data-bell-count]");
  place = document.getElementById("toasts");
  document.addEventListener("visibilitychange", () => (document.hidden ? rest() : begin()));
  window.addEventListener("pagehide", rest);
  window.addEventListener("pageshow", (event) => event.persisted && begin());
  begin();
}

async function begin() {
  rest();
  await look();
  if (!document.hidden) listen();
}

// A browser holds six connections to one origin: a page out of view gives its own back.
function rest() {
  stream?.close();
  stream = undefined;
  clearTimeout(timer);
}

async function look() {
  const headers = { "X-Background": "1", Accept: "application/json", ...(mark && { "If-None-Match": mark }) };
  try {
    const answer = await fetch(bell.dataset.bell, { headers, redirect: "error", cache: "no-store" });
    if (!answer.ok) return;
    mark = answer.headers.get("ETag");
    const told = await answer.json();
    live = told.live;
    show(told);
  } catch {
    // Signed out, or the network is away: the next page or look will say so.
  }
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    await look();
    // After a few failures the stream is given up until the page is opened or comes into view again.
    if (failures > 3) later();
    else listen();
  }, LOOK_EVERY);
}

function listen() {
  if (!live || !window.EventSource) return later();
  const opened = new EventSource(live, { withCredentials: true });
  stream = opened;
  let greeted = false;
  opened.addEventListener("inbox", (event) => {
    failures = 0;
    show(JSON.parse(event.data));
    // What else of the frame counts may have changed with it; the first word only says how things stand.
    if (greeted) document.dispatchEvent(new Event("yihu:news"));
    greeted = true;
  });
  opened.addEventListener("error", () => {
    if (opened.readyState !== EventSource.CLOSED && ++failures <= 3) return;
    opened.close();
    if (stream === opened) stream = undefined;
    failures += 1;
    later();
  });
}

function show({ unread, more, newest }) {
  const text = more ? `${unread}+` : String(unread);
  badge.textContent = text;
  badge.hidden = unread === 0;
  bell.setAttribute("aria-label", unread ? `消息，${text} 条未读` : "消息，没有未读");
  document.dispatchEvent(new CustomEvent("yihu:unread", { detail: { unread, more } }));
  // What lay in the inbox when the session began is no news; nor is what another page has told.
  const told = sessionStorage.getItem(TOLD);
  const id = newest?.id ?? 0;
  if (told !== null && id > Number(told)) toast(newest);
  sessionStorage.setItem(TOLD, String(Math.max(id, Number(told ?? 0))));
}

function toast(newest) {
  const note = document.createElement("div");
  note.className = newest.urgency === 2 ? "notice-toast is-urgent" : "notice-toast";
  const link = document.createElement("a");
  link.href = newest.url;
  const kind = document.createElement("small");
  kind.textContent = newest.urgency === 2 ? `紧急 · ${newest.kind}` : newest.kind;
  const title = document.createElement("span");
  title.textContent = newest.title;
  link.append(kind, title);
  const shut = document.createElement("button");
  shut.type = "button";
  shut.className = "shell-icon";
  shut.setAttribute("aria-label", "关闭提示");
  shut.innerHTML = '<i class="ti ti-x" aria-hidden="true"></i>';
  shut.addEventListener("click", () => note.remove());
  note.append(link, shut);
  place.append(note);
  while (place.children.length > MOST_TOASTS) place.firstElementChild.remove();
  // An urgent one stays until it is opened or shut; others wait while somebody points at them.
  if (newest.urgency !== 2) fade(note);
}

function fade(note) {
  const away = setTimeout(() => note.remove(), TOAST_FOR);
  const stay = () => clearTimeout(away);
  note.addEventListener("pointerenter", stay, { once: true });
  note.addEventListener("focusin", stay, { once: true });
}

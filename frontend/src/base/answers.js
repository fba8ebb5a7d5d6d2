// What the user sees while the server works, and when it refuses or cannot be reached.

function tell(text) {
  const place = document.getElementById("messages");
  if (!place) return;
  const note = document.createElement("div");
  note.className = "alert alert-danger alert-dismissible";
  note.setAttribute("role", "alert");
  note.textContent = text;
  place.replaceChildren(note);
}

const bar = () => document.getElementById("progress");

export function listenForAnswers(htmx) {
  htmx.on("htmx:beforeRequest", () => bar()?.classList.add("is-busy"));
  htmx.on("htmx:afterRequest", () => bar()?.classList.remove("is-busy"));
  htmx.on("htmx:configRequest", (event) => {
    const token = document.querySelector("meta[name=csrf-token]")?.content;
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token;
  });
  htmx.on("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    const code = event.detail.xhr.getResponseHeader("X-Request-ID") ?? "";
    tell(status === 403 ? `您没有办理此事的权限（编号 ${code}）` : `没有成功，请稍后再试（编号 ${code}，状态 ${status}）`);
  });
  htmx.on("htmx:sendError", () => tell("连接不上服务器，请检查网络后再试"));
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.dataset.busy !== undefined) button.classList.add("btn-loading");
  });
}

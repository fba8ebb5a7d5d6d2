// What the designers say to the server, and how its refusals come back: always as an object with `ok` and `message`.

const token = () => document.querySelector("meta[name=csrf-token]")?.content ?? "";

export async function ask(url, body, signal) {
  let answer;
  try {
    answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      body: JSON.stringify(body),
      signal,
    });
  } catch (error) {
    if (error.name === "AbortError") return null;
    return { ok: false, message: "连接不上服务器，请检查网络后再试" };
  }
  if (answer.redirected) return { ok: false, message: "登录已过期，请在另一个窗口重新登录后再保存" };
  try {
    return { ok: answer.ok, status: answer.status, ...(await answer.json()) };
  } catch {
    const number = answer.headers.get("X-Request-ID") ?? "";
    const denied = answer.status === 403 ? "您没有办理此事的权限" : "没有成功，请稍后再试";
    return { ok: false, message: `${denied}（编号 ${number}）` };
  }
}

export const dataOf = (id) => JSON.parse(document.getElementById(id).textContent);

// The last call wins: earlier ones are forgotten.
export function later(milliseconds, act) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...given), milliseconds);
  };
}

export function download(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// A small builder: text stays text, whatever it contains.
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value") node.value = value;
    else if (name === "checked" || name === "selected" || name === "disabled") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// Money and colours as the pages write them.
export function shortMoney(value) {
  const amount = Number(value);
  const size = Math.abs(amount);
  const write = (n) => n.toLocaleString("zh-CN", { maximumFractionDigits: 2 });
  if (size >= 1e8) return `${write(amount / 1e8)} 亿元`;
  return size >= 1e4 ? `${write(amount / 1e4)} 万元` : `${write(amount)} 元`;
}

export const LEVELS = { HIGH: "高风险", MEDIUM: "中风险", LOW: "低风险", NONE: "未见风险" };

export function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--yihu-${name}`).trim();
}

export function levelColour(level) {
  return token(level ? level.toLowerCase() : "none");
}

export function readJson(id) {
  const element = document.getElementById(id);
  return element ? JSON.parse(element.textContent) : null;
}

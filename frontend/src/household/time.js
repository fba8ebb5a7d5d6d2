// Two sliders over months. A network is asked for again; a chain hides the relations that lie outside.
import { readJson } from "./figures.js";

const lastDay = (month) => {
  const [year, number] = month.split("-").map(Number);
  return `${month}-${String(new Date(year, number, 0).getDate()).padStart(2, "0")}`;
};

export function listenForTime(picture, place) {
  const sliders = [...document.querySelectorAll(`[data-time-of="${place.id}"]`)];
  if (!sliders.length) return;
  const months = readJson(place.dataset.monthsOf) ?? [];
  const shown = document.getElementById(`${place.id}-time`);
  let waiting = 0;
  const apply = () => {
    const [a, b] = sliders.map((slider) => Number(slider.value)).sort((x, y) => x - y);
    place.dataset.start = `${months[a]}-01`;
    place.dataset.end = lastDay(months[b]);
    shown.textContent = `${months[a]} 至 ${months[b]}`;
    clearTimeout(waiting);
    waiting = setTimeout(() => picture.choosePeriod(), 250);
  };
  sliders.forEach((slider) => slider.addEventListener("input", apply));
}

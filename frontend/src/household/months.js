// Sales above the line, purchases below it, month by month. Brushing a period carries it into every tab.
import { echarts } from "../charts.js";
import { readJson, shortMoney, token } from "./figures.js";

const lastDay = (month) => {
  const [year, number] = month.split("-").map(Number);
  return `${month}-${String(new Date(year, number, 0).getDate()).padStart(2, "0")}`;
};

function series(name, data, colour) {
  return { name, type: "bar", stack: "months", data, itemStyle: { color: colour }, barMaxWidth: 22, barMinHeight: 1 };
}

function options(rows, brushable) {
  const months = rows.map((row) => row.month);
  return {
    animation: false,
    grid: { left: 8, right: 12, top: 32, bottom: brushable ? 48 : 8, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 10, itemHeight: 10, textStyle: { color: token("quiet") } },
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, formatter: (parts) => describe(rows[parts[0].dataIndex]) },
    xAxis: { type: "category", data: months, axisTick: { show: false }, axisLabel: { color: token("quiet") } },
    yAxis: {
      type: "value",
      axisLabel: { color: token("quiet"), formatter: (value) => shortMoney(Math.abs(value)) },
      splitLine: { lineStyle: { color: token("line") } },
    },
    dataZoom: brushable ? [{ type: "slider", height: 22, bottom: 8, realtime: false, ...selected(months) }] : [],
    series: [
      series("销项", rows.map((row) => row.sales), token("accent")),
      series("进项", rows.map((row) => -row.purchases), "#9db4ce"),
    ],
  };
}

function selected(months) {
  const query = new URLSearchParams(window.location.search);
  const first = query.get("start")?.slice(0, 7);
  const latest = query.get("end")?.slice(0, 7);
  return {
    startValue: first && months.includes(first) ? first : months[0],
    endValue: latest && months.includes(latest) ? latest : months.at(-1),
  };
}

function describe(row) {
  return `${row.month}<br>销项 ${shortMoney(row.sales)}（${row.sales_count} 份）<br>进项 ${shortMoney(row.purchases)}（${row.purchase_count} 份）`;
}

export function drawMonths(place) {
  if (echarts.getInstanceByDom(place)) return;
  const rows = readJson(place.dataset.months);
  if (!rows?.length) return;
  const chart = echarts.init(place);
  const brushable = place.dataset.brush !== undefined;
  chart.setOption(options(rows, brushable));
  new ResizeObserver(() => chart.resize()).observe(place);
  if (brushable) chart.on("datazoom", () => carryPeriod(chart, rows));
}

function carryPeriod(chart, rows) {
  const { startValue, endValue } = chart.getOption().dataZoom[0];
  const form = document.getElementById("period");
  const whole = startValue === 0 && endValue === rows.length - 1;
  form.elements.start.value = whole ? "" : `${rows[startValue].month}-01`;
  form.elements.end.value = whole ? "" : lastDay(rows[endValue].month);
  form.requestSubmit();
}

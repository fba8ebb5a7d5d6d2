"""What the files of the catalogue hold."""

from typing import Any

from yihu.hub.subsystems.indicators.choices import Direction
from yihu.hub.subsystems.indicators.compute import Entry

QUANTILES = (("p05", "5%"), ("p25", "25%"), ("p50", "中位数"), ("p75", "75%"), ("p95", "95%"))
CATALOGUE_TITLES = (
    "代码", "名称", "主题", "税务人员所见", "公式", "单位", "窗口（月，0 为时点或全部历史）", "方向", "来源", "依据",
    "户数", "有数户数", "缺失率", "为零占比", *(title for _, title in QUANTILES), "群体稳定性指数", "变动",
    "风险规则", "离群评分", "学习模型",
)  # fmt: skip


def catalogue_row(entry: Entry) -> list[Any]:
    """One indicator under `CATALOGUE_TITLES`; shares between 0 and 1, figures in the unit of the indicator."""
    item, profile = entry.item, entry.profile
    lies = [profile.get(name) for name in ("household_count", "known_count")]
    lies += [None if entry.missing is None else round(entry.missing, 4), profile.get("zero_share")]
    return [
        item.code, item.zh, item.theme, entry.told, item.formula, item.unit, item.window,
        Direction(item.direction).label, entry.sources, item.law,
        *lies, *(profile.get(name) for name, _ in QUANTILES), entry.stability, entry.steadiness,
        [rule.zh for rule in entry.rules], "是" if entry.in_outliers else "否",
        [f"{use.standing.label} {use.model_id}" for use in entry.models],
    ]  # fmt: skip


def household_titles(entry: Entry) -> tuple[str, ...]:
    """Titles of the households' file."""
    told = f"{entry.item.zh}（{entry.item.unit}）"
    return ("户编号", "纳税人", "风险等级", told, "同行中位数", "同行组")

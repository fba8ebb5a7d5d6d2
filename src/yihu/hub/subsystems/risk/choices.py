"""Words of the risk pages: how a household was inspected, columns of the register."""

from dataclasses import dataclass

from django.db.models import TextChoices


class Inspected(TextChoices):
    """Whether and how a household was inspected; by its newest inspection."""

    NONE = "NONE", "没有检查过"
    ANY = "ANY", "检查过"
    CONFIRMED = "CONFIRMED", "查实"
    CLEARED = "CLEARED", "排除"
    PENDING = "PENDING", "在查"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the register; `kind` decides how a cell is written, `sort` the reader's sort it offers."""

    key: str
    title: str
    kind: str = "text"
    sort: str = ""
    shown: bool = True


COLUMNS = (
    Column("rank", "规则序", "count", "rank"),
    Column("level_code", "风险等级", "level"),
    Column("name", "纳税人", "household", "name"),
    Column("probability", "模型概率", "percent", "learned"),
    Column("likely_scheme", "可能的手法", "scheme_type"),
    Column("scheme_probability", "这种手法的概率", "percent", "scheme"),
    Column("expected_amount", "预计查补（万元）", "wan", "expected"),
    Column("reasons", "首要理由", "reason"),
    Column("stake", "涉税金额（万元）", "wan", "stake"),
    Column("outcome_code", "检查", "outcome", "inspected"),
    Column("division_name", "地区", shown=False),
    Column("industry_name", "行业"),
    Column("office_name", "主管税务机关", shown=False),
    Column("score", "规则分", "score", shown=False),
    Column("learned_rank", "模型序", "count", shown=False),
    Column("amount_if_confirmed", "查实时约补（万元）", "wan", shown=False),
    Column("opened_on", "立案日期", "day", shown=False),
    Column("found_scheme", "查实的手法", "scheme_type", shown=False),
    Column("amount_due", "查补税额（万元）", "wan", shown=False),
    Column("sold_tax", "销项税额（万元）", "wan", shown=False),
    Column("bought_tax", "进项税额（万元）", "wan", shown=False),
)

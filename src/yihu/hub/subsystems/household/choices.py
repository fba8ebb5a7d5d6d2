"""Words of the workbench: lanes of the timeline, ties, tabs, worklist columns."""

from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import TextChoices


class Lane(TextChoices):
    """Lanes of a household's timeline."""

    REGISTRATION = "REGISTRATION", "登记"
    PERSON = "PERSON", "人员"
    INVOICE = "INVOICE", "发票"
    RETURN = "RETURN", "申报"
    PAYMENT = "PAYMENT", "缴款"
    CUSTOMS = "CUSTOMS", "海关"
    THIRD_PARTY = "THIRD_PARTY", "第三方"
    INSPECTION = "INSPECTION", "稽查"
    RISK = "RISK", "风险"


class Tie(TextChoices):
    """What two households share."""

    PERSON = "PERSON", "同一人员"
    PHONE = "PHONE", "同一电话"
    ADDRESS = "ADDRESS", "同一地址"
    AGENT = "AGENT", "同一办税员（代理）"
    DEVICE = "DEVICE", "同一开票设备"


class Tab(TextChoices):
    """Tabs of the one-household page, in order."""

    OVERVIEW = "overview", "概览"
    TIME = "time", "时间"
    SPACE = "space", "空间"
    PEOPLE = "people", "透视"
    INVOICES = "invoices", "发票"
    RETURNS = "returns", "申报"
    ACCOUNT = "account", "缴款"
    RISK = "risk", "风险"
    GRANTS = "grants", "核准"
    IDENTITY = "identity", "归户"
    EVIDENCE = "evidence", "证据"


class StepKind(TextChoices):
    """What an officer did on a trading network or a chain; together the steps are the report."""

    GROW = "GROW", "展开往来"
    PERIOD = "PERIOD", "选定期间"
    PIN = "PIN", "固定"
    UNPIN = "UNPIN", "取消固定"
    NOTE = "NOTE", "批注"
    UNNOTE = "UNNOTE", "删除批注"
    TRACE = "TRACE", "另起追踪"


# Steps the page reports by itself; the others follow from marks.
REPORTED_STEPS = (StepKind.GROW, StepKind.PERIOD, StepKind.TRACE)

SIDES = MappingProxyType({"sales": "销项（开给谁）", "purchases": "进项（从谁来）"})


@dataclass(frozen=True, slots=True)
class Column:
    """One worklist column; `kind` decides how a cell is written, `sort` the reader's sort it offers."""

    key: str
    title: str
    kind: str = "text"
    sort: str = ""
    shown: bool = True


COLUMNS = (
    Column("rank", "序", "count", "rank"),
    Column("level_code", "风险等级", "level"),
    Column("score", "分值", "score", "score"),
    Column("name", "纳税人", "household", "name"),
    Column("reasons", "首要理由", "reason"),
    Column("division_name", "地区"),
    Column("industry_name", "行业"),
    Column("taxpayer_kind_code", "身份", "taxpayer_kind", shown=False),
    Column("sales_amount", "销售（万元）", "wan", "sales"),
    Column("purchase_amount", "购进（万元）", "wan", "purchases", shown=False),
    Column("status_code", "状态", "registration_status", shown=False),
    Column("credit_rating_code", "信用", "credit_rating", shown=False),
    Column("registered_on", "登记日期", "day", "registered", shown=False),
    Column("office_name", "主管税务机关", shown=False),
    Column("legal_representative_name", "法定代表人", shown=False),
    Column("registration_count", "登记数", "count", shown=False),
    Column("last_invoice_on", "最近开票", "day", shown=False),
)

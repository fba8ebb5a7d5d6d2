"""Shapes of the to-do interface. Texts hold no control characters: PostgreSQL keeps no NUL, and lists are one line."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Literal

from ninja import Field, Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, StringConstraints

from yihu.hub.centres.tasks.choices import TodoState, Urgency
from yihu.hub.centres.tasks.services.outside import Pushed

MOST_ITEMS, MOST_RECEIVERS, MOST_LISTED = 200, 50, 50_000
PLAIN = r"^[^\u0000-\u001f\u007f]*$"
# Something beside blanks.
TITLE = r"^[^\u0000-\u001f\u007f]*[^\u0000-\u0020\u007f\u3000][^\u0000-\u001f\u007f]*$"
SHARED = (
    "stamp", "kind", "node", "url", "app_url", "case_number", "taxpayer_number", "initiator", "initiator_name",
    "low_risk",
)  # fmt: skip
KEY = r"^[A-Za-z0-9][A-Za-z0-9._:@-]{0,119}$"
Key = Annotated[str, StringConstraints(pattern=KEY, max_length=120)]
Account = Annotated[str, StringConstraints(pattern=r"^[^\u0000-\u0020\u007f/]+$", min_length=1, max_length=150)]
Stamp = Annotated[int, Field(ge=0, le=2**53, description="毫秒时间戳，决定先后：大的为准，相同的不重复处理")]
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def _in_our_time(value: datetime) -> datetime:
    if not EARLIEST <= value <= LATEST:
        raise ValueError("须在 2000 年至 2100 年之间")
    return value


def text(longest: int, note: str, **options: object) -> object:
    """A field of plain text that may be left out."""
    return Field("", max_length=longest, pattern=PLAIN, description=note, **options)


class Strict(Schema):
    """A field nobody knows is a mistake of the sender, not to be passed over."""

    model_config = ConfigDict(extra="forbid")


URGENCIES = {"normal": Urgency.NORMAL, "urgent": Urgency.URGENT, "extra": Urgency.EXTRA}
ARRIVALS = {
    "pending": TodoState.PENDING, "to_read": TodoState.TO_READ, "copy": TodoState.COPY,
    "suspended": TodoState.SUSPENDED,
}  # fmt: skip
ENDS = {"done": TodoState.DONE, "finished": TodoState.FINISHED, "withdrawn": TodoState.WITHDRAWN}


class TodoWords(Strict):
    """What may be said of a to-do beside its title."""

    stamp: Stamp
    state: Literal["pending", "to_read", "copy", "suspended"] = Field("pending", description="待办、待阅、抄送、挂起")
    kind: str = text(60, "事项")
    node: str = text(100, "环节")
    url: str = text(500, "电脑端办理地址，https，主机须已登记")
    app_url: str = text(500, "移动端办理地址，要求同上")
    case_number: str = text(60, "办件编号；同一件的待办相同")
    taxpayer_number: str = text(64, "所涉纳税人识别号；有的，按该户的数据标签控制可见")
    initiator: str = text(150, "发起人的一户账号，出现在其“我发起”里")
    initiator_name: str = text(60, "发起人姓名，没有账号时填")
    urgency: Literal["normal", "urgent", "extra"] = Field("normal", description="一般、加急、特急")
    due_at: Annotated[AwareDatetime, AfterValidator(_in_our_time)] | None = Field(
        None, description="期限，ISO 8601，带时区"
    )
    amount: Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=2)] | None = Field(
        None, description="金额，元"
    )
    low_risk: bool = Field(False, description="低风险，可批量办理；另须我方登记该事项为低风险")

    def put(self, *, key: str, receiver: str, title: str) -> Pushed:
        """The to-do of one receiver."""
        shared = {name: getattr(self, name) for name in SHARED}
        return Pushed(
            key=key, receiver=receiver, title=title, state=ARRIVALS[self.state], urgency=URGENCIES[self.urgency],
            due_at=self.due_at.isoformat() if self.due_at else "",
            amount=str(self.amount) if self.amount is not None else "", **shared,
        )  # fmt: skip


class TodoContent(TodoWords):
    """A to-do without its key."""

    receivers: list[Account] = Field(min_length=1, max_length=MOST_RECEIVERS, description="接收人的一户账号")
    title: str = Field(min_length=1, max_length=200, pattern=TITLE, description="标题；其中的证件、电话号码会隐去")

    def each(self, key: str) -> list[Pushed]:
        """One to-do for each receiver, each once."""
        return [self.put(key=key, receiver=receiver, title=self.title) for receiver in dict.fromkeys(self.receivers)]


class TodoItem(TodoContent):
    """A to-do with its key."""

    key: Key = Field(description="待办在对方系统的标识；同一标识、同一接收人只有一条")


class Batch(Strict):
    """Several to-dos."""

    items: list[TodoItem] = Field(min_length=1, max_length=MOST_ITEMS, description="待办")


class Settlement(Strict):
    """The end of a to-do."""

    key: Key = Field(description="待办标识")
    receiver: Account | None = Field(None, description="接收人账号；不填为该标识的全部接收人")
    state: Literal["done", "finished", "withdrawn"] = Field(description="已办、办结、撤回")
    verdict: str = text(60, "办理结果，如同意")
    stamp: Stamp


class Settlements(Strict):
    """Several ends."""

    items: list[Settlement] = Field(min_length=1, max_length=MOST_ITEMS, description="办结")


class Told(Schema):
    """What became of one item."""

    key: str = Field(description="待办标识")
    receiver: str = Field(description="接收人，空为全部")
    status: Literal[200, 422] = Field(description="200 已收，422 不能收")
    outcome: Literal["created", "updated", "unchanged", "superseded", "settled", "kept", "refused"] = Field(
        description="新增、更新、相同、已有更新的、办结、先到的办结已记下、不能收"
    )
    changed: int = Field(0, description="改变的待办条数")
    code: str = Field("", description="问题代码")
    detail: str = Field("", description="哪里不对")


class Results(Schema):
    """What became of each item; one refused does not hold up the others."""

    accepted: int = Field(description="已收条数")
    refused: int = Field(description="不能收的条数")
    items: list[Told] = Field(description="逐条结果")


class OpenTodo(Schema):
    """A to-do of this system that is open here."""

    number: int = Field(description="本系统编号")
    key: str = Field(description="待办标识")
    receiver: str = Field(description="接收人账号")
    state: str = Field(description="pending、to_read、copy、suspended")
    stamp: int = Field(description="毫秒时间戳")
    arrived_at: datetime = Field(description="到达时间")
    read_at: datetime | None = Field(description="阅读时间")


class OpenTodos(Schema):
    """A page of open to-dos."""

    items: list[OpenTodo] = Field(description="在办的待办，按编号从小到大")
    next_after: int | None = Field(description="下一页的 after；没有下一页为空")


class Listed(TodoWords):
    """One to-do a system has open; without a title it is only compared, not put on a list here."""

    key: Key = Field(description="待办标识")
    receiver: Account = Field(description="接收人账号")
    title: str = text(200, "标题；填了，缺少的待办才能在修正时补收")

    def pushed(self) -> Pushed:
        """As if it were pushed."""
        return self.put(key=self.key, receiver=self.receiver, title=self.title.strip())


class OpenList(Strict):
    """Everything a system has open at one moment."""

    as_of: int = Field(ge=0, le=2**53, description="清单的时刻，毫秒；此后推送的待办不比对")
    items: list[Listed] = Field(max_length=MOST_LISTED, description="对方在办的全部待办")


class Differing(Schema):
    """One difference."""

    kind: str = Field(description="missing 本系统缺少、stale 本系统较旧、extra 对方已无、ended_here 本系统已办结")
    key: str = Field(description="待办标识")
    receiver: str = Field(description="接收人账号")
    their_stamp: int | None = Field(description="对方时间戳")
    our_stamp: int | None = Field(description="本系统时间戳")
    mended: bool = Field(description="是否已修正")
    note: str = Field(description="说明")


class Report(Schema):
    """A reconciliation."""

    number: int = Field(description="报告编号")
    state: str = Field(description="clean 一致、open 有差异、mended 已修正、failed 未能对账")
    made_at: datetime = Field(description="对账时间")
    theirs: int = Field(description="对方在办")
    ours: int = Field(description="本系统在办")
    differing: int = Field(description="差异")
    mended: int = Field(description="已修正")
    differences: list[Differing] = Field(description="差异，至多 500 条")

"""
The same in the words of Weaver e-cology's unified to-do (`/rest/ofs/…`), which many office systems already speak.

Fields and replies as their senders use them: isremark 0 待办, 2 已办, 4 办结, 8 抄送; `receivets` milliseconds decide
the order; `receiver` may name several, separated by commas. Always answered 200; operResult says "1" or "0". What is
not as there: requests are signed like any other, and links lead to registered hosts only.
"""

from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema
from pydantic import BeforeValidator

from yihu.hub.base.history import acting
from yihu.hub.centres.exchange.api import Signed, passing_of
from yihu.hub.centres.tasks.choices import TodoState
from yihu.hub.centres.tasks.endpoints.taking import push_all
from yihu.hub.centres.tasks.services.outside import Pushed, milliseconds, take_end
from yihu.hub.centres.tasks.services.refusals import UnableToTaskError
from yihu.hub.centres.tasks.services.shapes import PLAIN, Told

router = Router(tags=["泛微兼容"])
WEAVER = "todo.weaver"
STATES = {
    "0": TodoState.PENDING, "2": TodoState.DONE, "4": TodoState.FINISHED, "8": TodoState.COPY,
}  # fmt: skip
DATA = "IsUse"


def _as_text(value: object) -> object:
    """Senders write numbers with and without quotation marks."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Text = Annotated[str, BeforeValidator(_as_text)]


class Request(Schema):
    """One to-do as Weaver's senders write it; further fields are passed over."""

    syscode: Text = Field(max_length=30, pattern=PLAIN, description="系统代码，须与签名的系统相同")
    flowid: Text = Field(min_length=1, max_length=120, pattern=PLAIN, description="流程标识，即待办标识")
    requestname: Text = Field(min_length=1, max_length=2000, pattern=PLAIN, description="标题；超过 200 字的截去")
    workflowname: Text = Field("", max_length=500, pattern=PLAIN, description="流程类型，即事项")
    nodename: Text = Field("", max_length=500, pattern=PLAIN, description="环节")
    pcurl: Text = Field("", max_length=500, pattern=PLAIN, description="电脑端地址")
    appurl: Text = Field("", max_length=500, pattern=PLAIN, description="移动端地址")
    isremark: Annotated[Literal["0", "2", "4", "8"], BeforeValidator(_as_text)] = Field(
        description="0 待办，2 已办，4 办结，8 抄送"
    )
    viewtype: Text = Field("0", max_length=5, pattern=PLAIN, description="0 未读，1 已读；已读与否以本系统为准")
    creator: Text = Field("", max_length=150, pattern=PLAIN, description="发起人账号")
    createdatetime: Text = Field("", max_length=40, pattern=PLAIN, description="发起时间，不使用")
    receiver: Text = Field(min_length=1, max_length=2000, pattern=PLAIN, description="接收人账号，多人用逗号隔开")
    receivedatetime: Text = Field("", max_length=40, pattern=PLAIN, description="接收时间，不使用")
    receivets: Text = Field("", max_length=16, pattern=r"^[0-9]*$", description="毫秒时间戳；不填按收到的时刻")


class Removal(Schema):
    """A to-do to be taken off somebody's list."""

    syscode: Text = Field(max_length=30, pattern=PLAIN, description="系统代码，须与签名的系统相同")
    flowid: Text = Field(min_length=1, max_length=120, pattern=PLAIN, description="流程标识")
    userid: Text = Field(min_length=1, max_length=150, pattern=PLAIN, description="接收人账号")


class Reply(Schema):
    """What Weaver answers."""

    syscode: str
    dataType: str = Field(DATA, description="数据种类")  # noqa: N815 (Weaver's name)
    operType: str = Field(description="操作：新增、更新、删除等")  # noqa: N815
    operResult: Literal["0", "1"] = Field(description="1 成功，0 失败")  # noqa: N815
    message: str = Field(description="失败的原因，附问题代码")


@router.post(
    "/ReceiveRequestInfoByJson", response=Reply, auth=Signed(WEAVER), operation_id="weaver_receive",
    summary="接收待办（ReceiveRequestInfoByJson）",
)  # fmt: skip
def receive(request: HttpRequest, sent: Request) -> Reply:
    """字段与泛微统一待办相同；多个接收人中有一人不能收即答复 0，其余照收。"""
    if sent.syscode != request.auth.code:
        return _stranger(request, sent.syscode)
    stamp = int(sent.receivets) if sent.receivets else milliseconds(timezone.now())
    receivers = dict.fromkeys(name.strip() for name in sent.receiver.split(",") if name.strip())
    items = [
        Pushed(
            key=sent.flowid, receiver=receiver, title=sent.requestname, stamp=stamp, state=STATES[sent.isremark],
            kind=sent.workflowname, node=sent.nodename, url=sent.pcurl, app_url=sent.appurl, initiator=sent.creator,
        )
        for receiver in receivers
    ]  # fmt: skip
    return _replied(sent.syscode, push_all(request, items).items)


@router.post(
    "/deleteUserRequestInfoByJson", response=Reply, auth=Signed(WEAVER), operation_id="weaver_delete_user",
    summary="删除指定人的待办（deleteUserRequestInfoByJson）",
)  # fmt: skip
def delete_user(request: HttpRequest, sent: Removal) -> Reply:
    """没有时间戳的旧接口：按收到的时刻撤回。"""
    if sent.syscode != request.auth.code:
        return _stranger(request, sent.syscode)
    now = timezone.now()
    passing = passing_of(request)
    passing.items = 1
    try:
        with acting(system=f"接入系统 {request.auth.code}"):
            changed = take_end(
                system=request.auth, key=sent.flowid, receiver=sent.userid, state=TodoState.WITHDRAWN, verdict="",
                stamp=milliseconds(now), now=now,
            )  # fmt: skip
    except UnableToTaskError as error:
        passing.refused, passing.code, passing.note = 1, error.code, str(error)
        return Reply(syscode=sent.syscode, operType="Del", operResult="0", message=str(error))
    message = "" if changed else "没有在办的这条待办"
    return Reply(syscode=sent.syscode, operType="Del", operResult="1", message=message)


def _stranger(request: HttpRequest, syscode: str) -> Reply:
    passing = passing_of(request)
    passing.items = passing.refused = 1
    passing.code, passing.note = "TODO-001", f"syscode {syscode} 与签名的系统不同"
    return Reply(syscode=syscode, operType="", operResult="0", message=f"{passing.note}（TODO-001）")


def _replied(syscode: str, told: list[Told]) -> Reply:
    bad = [one.detail for one in told if one.status != 200]
    new = any(one.outcome == "created" for one in told)
    return Reply(
        syscode=syscode, operType="AutoNew" if new else "AutoEdit", operResult="0" if bad or not told else "1",
        message="；".join(bad) or ("" if told else "没有接收人"),
    )  # fmt: skip

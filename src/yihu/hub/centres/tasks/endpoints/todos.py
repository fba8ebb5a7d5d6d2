"""To-dos pushed, renewed, ended, taken back and read back by outside systems."""

from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router

from yihu.hub.base.history import acting
from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.exchange.api import Signed
from yihu.hub.centres.tasks.choices import OPEN, TodoState
from yihu.hub.centres.tasks.endpoints.taking import all_or_problem, push_all, refused, summed
from yihu.hub.centres.tasks.models import Todo
from yihu.hub.centres.tasks.services.outside import take_end
from yihu.hub.centres.tasks.services.refusals import UnableToTaskError
from yihu.hub.centres.tasks.services.shapes import (
    ENDS,
    KEY,
    Account,
    Batch,
    Key,
    OpenTodo,
    OpenTodos,
    Results,
    Settlement,
    Settlements,
    Stamp,
    TodoContent,
    Told,
)

router = Router(tags=["待办"])
PUSH, SETTLE, READ = "todo.push", "todo.settle", "todo.read"
PAGE = 500
InPath = Annotated[str, Path(pattern=KEY, max_length=120, description="待办标识")]


@router.post("/batch", response=Results, auth=Signed(PUSH), operation_id="push_todos", summary="批量推送待办")
def push_todos(request: HttpRequest, batch: Batch) -> Results:
    """逐条处理，一条不能收不影响其他条；不能收的连同原因留作退件。重复推送、乱序推送结果相同。"""
    return push_all(request, [one for item in batch.items for one in item.each(item.key)])


@router.post(
    "/settlements", response=Results, auth=Signed(SETTLE), operation_id="settle_todos", summary="批量办结、撤回"
)
def settle_todos(request: HttpRequest, batch: Settlements) -> Results:
    """先到的办结会记下，待办到达时即为办结；一个月不到的作废。"""
    return _settle(request, batch.items)


@router.put("/{key}", response=Results, auth=Signed(PUSH), operation_id="put_todo", summary="推送或更新一条待办")
def put_todo(request: HttpRequest, key: InPath, content: TodoContent) -> Results:
    """同一标识、同一接收人的待办只有一条：时间戳大的为准，相同的不重复处理，小的不理会。"""
    return all_or_problem(push_all(request, content.each(key)))


@router.delete("/{key}", response=Results, auth=Signed(SETTLE), operation_id="withdraw_todo", summary="撤回一条待办")
def withdraw_todo(
    request: HttpRequest,
    key: InPath,
    stamp: Annotated[Stamp, Query()],
    receiver: Annotated[Account | None, Query(description="接收人账号；不填为全部接收人")] = None,
) -> Results:
    """从接收人的待办中撤下，仍可在“已办”中查到已撤回。"""
    one = Settlement(key=key, receiver=receiver, state="withdrawn", stamp=stamp)
    return all_or_problem(_settle(request, [one]))


@router.get("", response=OpenTodos, auth=Signed(READ), operation_id="list_todos", summary="查询本系统推送的在办待办")
def list_todos(
    request: HttpRequest,
    after: Annotated[int, Query(ge=0, le=2**53, description="从这个编号之后开始")] = 0,
    limit: Annotated[int, Query(ge=1, le=PAGE, description="每页条数")] = 100,
    key: Annotated[Key | None, Query(description="只查这个标识")] = None,
) -> OpenTodos:
    """只含调用方自己推送的。"""
    with as_system("外部系统查询其待办"):
        rows = Todo.objects.select_related("receiver").filter(
            source__code=request.auth.code, state__in=OPEN, pk__gt=after
        )
        rows = rows if key is None else rows.filter(key=key)
        found = list(rows.order_by("pk")[: limit + 1])
    items = [
        OpenTodo(
            number=t.pk, key=t.key, receiver=t.receiver.username, state=t.state.lower(), stamp=t.stamp,
            arrived_at=t.arrived_at, read_at=t.read_at,
        )
        for t in found[:limit]
    ]  # fmt: skip
    return OpenTodos(items=items, next_after=items[-1].number if len(found) > limit else None)


def _settle(request: HttpRequest, items: list[Settlement]) -> Results:
    system = request.auth
    with acting(system=f"接入系统 {system.code}"):
        told = [_end(system, one) for one in items]
    return summed(request, told)


def _end(system: object, one: Settlement) -> Told:
    receiver = one.receiver or ""
    try:
        changed = take_end(
            system=system, key=one.key, receiver=receiver, state=TodoState(ENDS[one.state]), verdict=one.verdict,
            stamp=one.stamp, now=timezone.now(),
        )  # fmt: skip
    except UnableToTaskError as error:
        return refused(one.key, receiver, error)
    outcome = "settled" if changed else "kept"
    return Told(key=one.key, receiver=receiver, status=200, outcome=outcome, changed=changed)

"""Lists of systems, their keys and the terms proposed for them."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from yihu.hub.centres.exchange.choices import ProposalState, SystemState
from yihu.hub.centres.exchange.models import OutsideSystem, Proposal, SystemKey
from yihu.hub.screens.lists import Column, Filter, ListScreen, RowAct
from yihu.hub.screens.pages import Act, Empty, Mark

TONES = {SystemState.WAITING: "wait", SystemState.ENABLED: "on", SystemState.DISABLED: "off"}
PROPOSAL_TONES = {ProposalState.OPEN: "wait", ProposalState.CONFIRMED: "on", ProposalState.REFUSED: "stop"}
NO_KEYS = "没有密钥的系统不能调用。对方自己生成 Ed25519 密钥的，登记其公钥；用共享密钥的，由本系统生成。"


def url(name: str, *args: Any) -> str:
    return reverse(f"exchange:{name}", args=args)


def state_of(system: OutsideSystem) -> Mark:
    """The state in words; an enabled system outside its days is not answered either."""
    state = SystemState(system.state)
    if state == SystemState.ENABLED and not system.is_valid_on(timezone.localdate()):
        return Mark("不在有效期", "stop")
    return Mark(state.label, TONES[state])


def choices_of(kind: Any) -> Any:
    return lambda request: kind.choices


def _by_text(rows: Any, text: str) -> Any:
    return rows.filter(Q(code__startswith=text.lower()) | Q(name__contains=text))


def systems_screen(may_register: bool) -> ListScreen:
    """The list; its lesson ends in the act for whoever may."""
    lesson = "登记后由另一人启用，再发放密钥；对方即可按接口说明推送待办、接收结果。"
    act = Act("登记系统", url("new-system")) if may_register else None
    return ListScreen(
        columns=(
            Column("name", "系统", lambda s: s.name, sort=("name",), link=lambda s: url("system", s.code)),
            Column("code", "代码", lambda s: s.code, "code", ("code",)),
            Column("office", "归口机关", lambda s: s.office.name, sort=("office__path",)),
            Column("state", "状态", state_of, "mark", ("state",)),
            Column("waiting", "待复核", lambda s: "有" if s.waiting else "—", "code"),
            Column("today", "今日次数", lambda s: s.today or 0, "count"),
            Column("letters", "待处理退件", lambda s: s.open_letters, "count"),
            Column("last", "最近来访", lambda s: s.last_seen, "minute"),
        ),
        filters=(
            Filter("q", "系统名称或代码", _by_text),
            Filter("state", "状态", lambda rows, v: rows.filter(state=v), "choice", choices_of(SystemState)),
            Filter("waiting", "只看待复核", lambda rows, _: rows.filter(waiting=True), "flag"),
        ),
        empty=Empty("还没有接入系统", lesson, act),
        sort="code",
        unit="个",
    )


def key_state(key: SystemKey) -> Mark:
    """Whether a key is good now."""
    if key.revoked_at:
        return Mark("已吊销", "stop")
    return Mark("有效", "on") if key.is_in_force(timezone.now()) else Mark("已到期")


def keys_screen(may_register: bool) -> ListScreen:
    """Keys of one system; acts for whoever keeps them."""

    def when_in_force(name: str) -> Any:
        return lambda k: url(name, k.pk) if may_register and k.is_in_force(timezone.now()) else ""

    return ListScreen(
        columns=(
            Column("id", "密钥编号", lambda k: k.key_id, "code"),
            Column("kind", "种类", lambda k: k.get_kind_display(), "code"),
            Column("state", "状态", key_state, "mark"),
            Column("from", "生效", lambda k: k.valid_from, "minute", ("valid_from",)),
            Column("to", "到期", lambda k: k.expires_at, "minute", ("expires_at",)),
            Column("used", "最近使用", lambda k: k.last_used_at, "minute", ("last_used_at",)),
            Column("by", "登记人", lambda k: k.made_by.display_name),
            Column("reason", "吊销原因", lambda k: k.reason),
        ),
        row_acts=(RowAct("更换", when_in_force("replace-key")), RowAct("吊销", when_in_force("revoke-key"))),
        empty=Empty("还没有密钥", NO_KEYS),
        sort="-from",
        unit="个",
    )


def proposal_state(row: Proposal) -> Mark:
    """What was said of the terms, in words."""
    state = ProposalState(row.state)
    return Mark(state.label, PROPOSAL_TONES.get(state, "off"))


PROPOSALS = ListScreen(
    columns=(
        Column("at", "申请时间", lambda p: p.proposed_at, "minute", ("proposed_at",)),
        Column("reason", "事由", lambda p: p.reason or "登记", link=lambda p: url("proposal", p.pk)),
        Column("by", "申请人", lambda p: p.proposed_by.display_name),
        Column("state", "状态", proposal_state, "mark"),
        Column("decided", "复核人", lambda p: p.decided_by.display_name if p.decided_by else "—"),
        Column("decided_at", "复核时间", lambda p: p.decided_at, "minute"),
        Column("note", "复核意见", lambda p: p.note),
    ),
    empty=Empty("没有启用申请", "登记和每次变更都会在这里留下一份，由另一人复核。"),
    sort="-at",
    unit="份",
)

"""Systems: the list, one system, registering, changing, the second person's decision, out of use."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from yihu.hub.base.access import requires
from yihu.hub.centres.exchange.catalogue import links, operation_title
from yihu.hub.centres.exchange.choices import LetterState, SystemState
from yihu.hub.centres.exchange.forms.systems import GROUPS, ChangeForm, ReasonForm, RegisterForm
from yihu.hub.centres.exchange.models import OutsideSystem, SystemKey
from yihu.hub.centres.exchange.screens import systems as lists
from yihu.hub.centres.exchange.screens import traffic
from yihu.hub.centres.exchange.selectors.systems import open_proposal_of, used_of
from yihu.hub.centres.exchange.selectors.traffic import (
    figured_systems,
    list_deliveries,
    list_keys,
    list_letters,
    list_passages,
    list_proposals,
)
from yihu.hub.centres.exchange.services.systems import disable_system, propose_terms, register_system
from yihu.hub.centres.exchange.services.terms import Terms
from yihu.hub.centres.exchange.views.door import button, may, recorder, system_of, to_system, way
from yihu.hub.screens.details import DetailHead, respond_with_detail
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_form
from yihu.hub.screens.lists import respond_with_list
from yihu.hub.screens.pages import Act, Fact, Page, Tab

HELP = (
    ("顺序", "安全管理员登记 → 系统管理员复核启用 → 安全管理员发放密钥 → 对方按接口说明调用。登记和启用必须是两个人。"),
    ("密钥", "Ed25519：对方生成，登记公钥。HMAC-SM3：本系统生成共享密钥，只显示一次，库中以 SM4 加密保存。"),
    ("配额", "按分钟和按日计数，超过的答复 429，并告知多少秒后重试。"),
    ("可链接的主机", "推来的待办链接、结果通知地址只能指向登记过的主机，防止借待办钓鱼。"),
    ("退件", "不能收下的条目连同原因保留，改好后可以补收；对方重新推送成功的自动销件。"),
)
REGISTERED = (
    "登记后为“待启用”，须由另一人（系统管理员）复核启用。",
    "启用后发放密钥，对方即可调用。",
    "登记、复核、发放密钥都留有记录。",
)


@requires("exchange.view")
@require_safe
def systems(request: HttpRequest) -> HttpResponseBase:
    """The registered systems within reach."""
    can = request.user.holds("exchange.register")
    acts = (
        Act("交换记录", reverse("exchange:passages")), Act("退件", reverse("exchange:letters")),
        Act("外发消息", reverse("exchange:deliveries")), Act("接口说明", reverse("exchange:document"), "book"),
    )  # fmt: skip
    acts += (Act("登记系统", reverse("exchange:new-system"), "plus", primary=True),) if can else ()
    lead = "以签名请求向本系统推送、查询，或从本系统接收结果的外部系统。"
    page = Page("接入系统", lead, acts=acts, help=HELP)
    rows = figured_systems(request.user)
    screen = lists.systems_screen(can)
    return respond_with_list(request, page, screen, rows, record_export=recorder(request, "outside-system", "接入系统"))


@requires("exchange.view")
@require_safe
def system(request: HttpRequest, code: str) -> HttpResponseBase:
    """One system: keys, traffic, dead letters, messages, applications."""
    found = system_of(request, "exchange.view", code)
    user = request.user
    can = may(request, "exchange.register", found)
    open_letters = found.letters.filter(state=LetterState.OPEN).count()
    tabs = (
        Tab("keys", "密钥"), Tab("passages", "交换记录"), Tab("letters", "退件", open_letters or None),
        Tab("deliveries", "外发消息"), Tab("proposals", "登记与变更"),
    )  # fmt: skip
    parts = {
        "keys": (lists.keys_screen(can), lambda: list_keys(user, "exchange.view").filter(system=found)),
        "passages": (traffic.PASSAGES, lambda: list_passages(user).filter(system=found)),
        "letters": (traffic.LETTERS, lambda: list_letters(user).filter(system=found)),
        "deliveries": (traffic.DELIVERIES, lambda: list_deliveries(user).filter(system=found)),
        "proposals": (lists.PROPOSALS, lambda: list_proposals(user).filter(system=found)),
    }
    page = Page(found.name, crumbs=way(), acts=_acts(request, found), help=HELP)
    return respond_with_detail(
        request, page, DetailHead(_facts(found), tabs, lists.state_of(found)), parts,
        record_export=recorder(request, "outside-system", found.name),
        history=lambda: [OutsideSystem.objects.filter(pk=found.pk), SystemKey.objects.filter(system=found)],
    )  # fmt: skip


def _facts(found: OutsideSystem) -> tuple[Fact, ...]:
    minute, day = used_of(found, timezone.now())
    proposal = open_proposal_of(found)
    waiting = (
        Fact("待复核", "有一份申请，点此查看", reverse("exchange:proposal", args=[proposal.pk])) if proposal else None
    )
    until = f"至 {timezone.datetime.fromordinal(found.valid_to.toordinal() - 1):%Y-%m-%d}" if found.valid_to else "长期"
    facts = (
        waiting,
        Fact("系统代码", found.code),
        Fact("归口机关", found.office.name),
        Fact("联系人", found.contact),
        Fact("用途", found.purpose),
        Fact("允许的操作", "、".join(map(operation_title, found.operations))),
        Fact("来源地址", "、".join(found.addresses) or "不限"),
        Fact("可链接的主机", "、".join(found.hosts)),
        Fact("本分钟", f"{minute:,} / {found.per_minute:,}"),
        Fact("今日", f"{day:,} / {found.per_day:,}"),
        Fact("有效期", f"{found.valid_from} {until}" if found.valid_from else "启用后起算"),
        Fact("结果通知地址", found.webhook_url or "不推送"),
        Fact("对账清单地址", found.list_url or "由对方报送"),
    )
    return tuple(fact for fact in facts if fact is not None)


def _acts(request: HttpRequest, found: OutsideSystem) -> tuple[Act, ...]:
    acts: list[Act] = []
    proposal = open_proposal_of(found)
    if proposal and may(request, "exchange.confirm", found):
        acts.append(button("复核", "proposal", proposal.pk, icon="checks", primary=True))
    if may(request, "exchange.register", found):
        acts.append(button("发放密钥", "new-key", found.code, icon="key", primary=found.state == SystemState.ENABLED))
        acts.append(button("变更", "change-system", found.code))
        if found.state == SystemState.ENABLED:
            acts.append(button("停用", "disable-system", found.code))
    for link in links():
        if request.user.holds(link.permission):
            acts.append(Act(link.title, f"{reverse(link.url_name)}?system={found.code}"))
    return tuple(acts)


@requires("exchange.register")
@require_http_methods(["GET", "POST"])
def new_system(request: HttpRequest) -> HttpResponse:
    """Register a system."""
    form = filled(request, RegisterForm)

    def act(values: dict[str, Any]) -> Receipt:
        made = register_system(
            code=values["code"], office=values["office"], terms=form.terms(), reason=values["reason"],
            actor=request.user, now=timezone.now(),
        )  # fmt: skip
        return Receipt(f"已登记{made}，等待另一人复核启用。", reverse("exchange:system", args=[made.code]))

    screen = FormScreen("登记", reverse("exchange:systems"), GROUPS, REGISTERED)
    return respond_with_form(request, Page("登记系统", crumbs=way(), help=HELP), screen, form, act)


@requires("exchange.register")
@require_http_methods(["GET", "POST"])
def change_system(request: HttpRequest, code: str) -> HttpResponse:
    """Propose other terms; what waits already is the starting point."""
    found = system_of(request, "exchange.register", code)
    back = reverse("exchange:system", args=[code])
    waiting = open_proposal_of(found)
    latest = waiting or found.proposals.order_by("-pk").first()
    present = Terms.of(found) if found.valid_from and not waiting else Terms.read(latest.terms)
    form = filled(request, ChangeForm, initial=ChangeForm.described(found, present))

    def act(values: dict[str, Any]) -> Receipt:
        propose_terms(system=found, terms=form.terms(), reason=values["reason"], actor=request.user, now=timezone.now())
        return Receipt("已提交变更，复核启用前仍按原内容执行。", back)

    outcome = ["另一人复核后生效；在此之前仍按现在的内容执行。"]
    outcome += ["现有一份申请尚未复核，将被这一份代替。"] if waiting else []
    screen = FormScreen("提交变更", back, GROUPS, tuple(outcome))
    page = Page("变更登记", crumbs=way(to_system(found)), help=HELP)
    return respond_with_form(request, page, screen, form, act)


@requires("exchange.register")
@require_http_methods(["GET", "POST"])
def disable(request: HttpRequest, code: str) -> HttpResponse:
    """Answer a system no more."""
    found = system_of(request, "exchange.register", code)
    back = reverse("exchange:system", args=[code])

    def act(values: dict[str, Any]) -> Receipt:
        disable_system(system=found, reason=values["reason"], actor=request.user, now=timezone.now())
        return Receipt(f"{found}已停用。", back)

    outcome = (
        "立即拒绝它的一切请求，外发消息不再送达。",
        "重新启用须提交变更，由另一人复核。",
        "密钥不吊销；需要的请另外吊销。",
    )
    screen = FormScreen("停用", back, (), outcome, danger=True)
    page = Page(f"停用{found.name}", crumbs=way(to_system(found)))
    return respond_with_form(request, page, screen, filled(request, ReasonForm), act)

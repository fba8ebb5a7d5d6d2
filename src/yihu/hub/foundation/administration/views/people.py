"""People: the list of a subtree, one person with what they hold, lend, borrow and miss."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from yihu.hub.base.access import requires
from yihu.hub.foundation.administration.screens import people as lists
from yihu.hub.foundation.administration.selectors import histories
from yihu.hub.foundation.administration.selectors import people as read
from yihu.hub.foundation.administration.selectors.reach import get_person, reaches
from yihu.hub.foundation.administration.selectors.rights import rights_of
from yihu.hub.foundation.administration.views.door import act, recorder, way, without_acts_unless
from yihu.hub.foundation.org.models import User
from yihu.hub.screens.details import DetailHead, respond_with_detail
from yihu.hub.screens.lists import respond_with_list
from yihu.hub.screens.pages import Act, Fact, Page, Tab
from yihu.hub.screens.suggestions import respond_with_suggestions, typed

LIST_HELP = (
    ("查找", "输入姓名或账号的开头。人数很多时先用机关页的“人员”缩小范围。"),
    ("登记人员", "登记后发放一次性激活码，本人凭码设密码；任职经确认后才有权限。"),
    ("未激活", "还没有设过密码的账号。激活码过期可以重发，旧码随即作废。"),
)
HELP = (
    ("任职", "一人可任多个岗位，其中一个是主岗。新任职须由安全管理员确认后才生效。"),
    ("忘记密码", "重发激活码，本人凭码重设密码；旧密码在设了新密码后失效。"),
    ("休假", "登记休假并指定代办人，代办人在休假期间自动获得本人的权限。"),
    ("离岗", "一次办清：到日终止全部任职、委托、网格和登录。先看清单再确认。"),
    ("权限", "“现有权限”列出今天通过哪个岗位能做什么、管到哪里。"),
)


@requires("org.view")
def people(request: HttpRequest) -> HttpResponseBase:
    """People within reach."""
    acts = act(request, "org.people", "登记人员", "new-person", icon="user-plus", primary=True)
    page = Page("人员", "只列您管理范围内的人员。", acts=acts, help=LIST_HELP)
    rows = read.list_people(request.user, "org.view")
    return respond_with_list(request, page, lists.PEOPLE, rows, record_export=recorder(request, "people", "人员"))


@requires("org.view")
def suggest_people(request: HttpRequest) -> HttpResponse:
    """Active people within reach that fit what is typed."""
    found = read.suggest_people(request.user, typed(request).split(" ")[0])
    return respond_with_suggestions(request, [(f"{u.username} {u.display_name}", u.office.name) for u in found])


@requires("delegation.self")
def suggest_colleagues(request: HttpRequest) -> HttpResponse:
    """Colleagues of the same office that fit what is typed."""
    found = read.colleagues_of(request.user, typed(request).split(" ")[0])
    return respond_with_suggestions(request, [(f"{u.username} {u.display_name}", u.office.name) for u in found])


@requires("org.view")
def person(request: HttpRequest, username: str) -> HttpResponseBase:
    """One person."""
    found = get_person(request.user, "org.view", username)
    page = Page(found.display_name, crumbs=(way("人员", "people"),), acts=_acts(request, found), help=HELP)
    head = DetailHead(
        (
            Fact("账号", found.username),
            Fact("机关", found.office.name, reverse("administration:office", args=[found.office.code])),
            Fact("现任岗位", found.post_title or "无"),
            Fact("建立时间", found.created_at, kind="minute"),
            Fact("上次登录", found.last_login or "从未登录", kind="minute" if found.last_login else "text"),
        ),
        (
            Tab("appointments", "任职"),
            Tab("rights", "现有权限"),
            Tab("delegations", "委托"),
            Tab("leaves", "休假"),
            Tab("grids", "网格"),
        ),
        lists.account_state(found),
    )
    appointments = without_acts_unless(request.user, "org.people", lists.APPOINTMENTS)
    parts = {
        "appointments": (appointments, lambda: read.appointments_of(found)),
        "delegations": (lists.DELEGATIONS, lambda: read.delegations_of(found)),
        "leaves": (without_acts_unless(request.user, "org.people", lists.LEAVES), lambda: read.leaves_of(found)),
        "grids": (lists.GRIDS_OF_PERSON, lambda: read.grids_of_person(found)),
    }
    return respond_with_detail(
        request, page, head, parts, record_export=recorder(request, "people", found.display_name),
        context=_rights(request, found), history=lambda: histories.of_person(found),
    )  # fmt: skip


def _rights(request: HttpRequest, found: User) -> dict[str, object]:
    if request.GET.get("tab") != "rights":
        return {}
    return {"body": "administration/rights.html", "rights": rights_of(found), "person": found}


def _acts(request: HttpRequest, found: User) -> tuple[Act, ...]:
    if not found.is_active or not reaches(request.user, "org.people", found.office):
        return ()
    title = "重发激活码" if found.has_usable_password() else "发放激活码"
    return (
        *act(request, "org.people", "任命", "appoint", found.username, icon="user-plus", primary=True),
        *act(request, "org.people", title, "issue-code", found.username),
        *act(request, "org.people", "更改姓名", "rename-person", found.username),
        *act(request, "org.people", "登记休假", "leave-of", found.username),
        *act(request, "org.people", "离岗", "depart", found.username),
    )

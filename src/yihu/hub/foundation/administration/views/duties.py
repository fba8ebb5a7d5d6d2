"""Duties: the list, the matrix, one duty; appointments that wait; delegations."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from yihu.hub.base.access import requires
from yihu.hub.foundation.administration.screens import duties as lists
from yihu.hub.foundation.administration.screens import people as people_lists
from yihu.hub.foundation.administration.screens.dated import state_of
from yihu.hub.foundation.administration.selectors import duties as read
from yihu.hub.foundation.administration.selectors import histories
from yihu.hub.foundation.administration.selectors import people as read_people
from yihu.hub.foundation.administration.views.door import act, recorder, today, way
from yihu.hub.foundation.org.models import Duty
from yihu.hub.foundation.org.selectors.reach import within
from yihu.hub.screens.details import DetailHead, respond_with_detail
from yihu.hub.screens.lists import respond_with_list
from yihu.hub.screens.pages import Act, Fact, Page, Tab

HELP = (
    ("岗责", "一组权限，加上管户范围和知悉等级。授给岗位后，任此岗的人即有这些权限。"),
    ("按日期变动", "增加和收回权限都写明从哪天起；过去发生的不会改写。"),
    (
        "三员分离",
        "系统管理、安全管理、审计三类岗责不能同属一人；安全管理和审计也不能兼业务。违反时系统会说明是哪两项。",
    ),
    ("矩阵", "“权限矩阵”一页看清每项岗责有哪些权限，可打印存档。"),
)
WAITING_HELP = (
    ("为什么要确认", "任命和确认必须是两个人：系统管理员任命，安全管理员确认，之前不产生任何权限。"),
    ("怎样审核", "点“审核”，页面写明确认后此人会有哪些权限、管到哪里，与现有权限有没有冲突。"),
    (
        "一次确认多项",
        "勾选后点“确认所选”，每一项仍各自核验、各自留痕；本人经办的、权限冲突的不会确认，并逐项写明原因。"
        "先按机关筛选、把每页调到 200 项，办得最快。",
    ),
    ("退回", "写明原因；系统管理员会看到，改好后重新任命。"),
)


@requires("org.duties")
def duties(request: HttpRequest) -> HttpResponseBase:
    """Every duty."""
    acts = (
        Act("权限矩阵", reverse("administration:matrix"), "table"),
        *act(request, "org.duties", "新设岗责", "new-duty", icon="plus", primary=True),
    )
    page = Page("岗责", "岗位能做什么、管到哪里。", acts=acts, help=HELP)
    rows = read.list_duties(today())
    return respond_with_list(request, page, lists.DUTIES, rows, record_export=recorder(request, "duty", "岗责"))


@requires("org.duties")
def matrix(request: HttpRequest) -> HttpResponse:
    """Duty × permission as of today."""
    page = Page("权限矩阵", "截至今天，每项岗责有哪些权限。", (way("岗责", "duties"),), help=HELP)
    return render(request, "administration/matrix.html", {"page": page, "matrix": read.matrix(today())})


@requires("org.duties")
def duty(request: HttpRequest, code: str) -> HttpResponseBase:
    """One duty: what it carries, which posts have it."""
    found = get_object_or_404(Duty, code=code)
    acts = (
        *act(request, "org.duties", "增加权限", "add-permission", found.code, icon="plus", primary=True),
        *act(request, "org.duties", "修改", "change-duty", found.code),
    )
    page = Page(found.name, crumbs=(way("岗责", "duties"),), acts=acts, help=HELP)
    head = DetailHead(
        (
            Fact("岗责代码", found.code),
            Fact("类别", found.get_family_display()),
            Fact("管户范围", found.get_scope_rule_display()),
            Fact("知悉等级", found.get_clearance_display()),
            Fact("来源", "标准岗责" if found.is_standard else "自定岗责"),
        ),
        (Tab("permissions", "权限"), Tab("posts", "岗位")),
        state_of(found),
    )
    parts = {
        "permissions": (lists.CARRIED, lambda: read.carried_by(found)),
        "posts": (lists.POSTS_OF_DUTY, lambda: read.posts_of_duty(request.user, found)),
    }
    return respond_with_detail(
        request, page, head, parts, record_export=recorder(request, "duty", found.name),
        history=lambda: histories.of_duty(found),
    )  # fmt: skip


@requires("org.confirm")
def waiting(request: HttpRequest) -> HttpResponseBase:
    """Appointments that wait for confirmation."""
    page = Page("待确认任职", "确认之前，任职不产生任何权限。", help=WAITING_HELP)
    rows = read_people.waiting_with_duties(request.user, "org.confirm", today())
    return respond_with_list(
        request, page, people_lists.WAITING, rows, record_export=recorder(request, "appointment", "待确认任职")
    )


@requires("org.confirm")
def delegations(request: HttpRequest) -> HttpResponseBase:
    """Who lends what to whom, within reach."""
    page = Page(
        "委托", "谁在替谁办事；由本人办理，到期自动收回。",
        help=(("借出的权限", "受托人以委托人的岗位办事，记录里两人都在；借来的不能再转借。"),
              ("管理类权限", "只有本人也任同类管理岗的人，才能接受管理类权限的委托。")),
    )  # fmt: skip
    rows = read_people.list_delegations().filter(within(request.user, "org.confirm", "giver__office__"))
    return respond_with_list(
        request, page, people_lists.DELEGATIONS, rows, record_export=recorder(request, "delegation", "委托")
    )

"""Posts and departments: one of each, with who holds it and what it carries."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from yihu.hub.base.access import requires
from yihu.hub.foundation.administration.screens import duties as duty_lists
from yihu.hub.foundation.administration.screens import offices as lists
from yihu.hub.foundation.administration.screens import people as people_lists
from yihu.hub.foundation.administration.screens.dated import state_of
from yihu.hub.foundation.administration.selectors import duties as read_duties
from yihu.hub.foundation.administration.selectors import histories
from yihu.hub.foundation.administration.selectors import offices as read
from yihu.hub.foundation.administration.selectors.reach import get_department, get_post
from yihu.hub.foundation.administration.views.door import act, recorder, today, way, without_acts_unless
from yihu.hub.foundation.org.models import Post
from yihu.hub.screens.details import DetailHead, respond_with_detail
from yihu.hub.screens.lists import respond_with_list
from yihu.hub.screens.pages import Act, Fact, Page, Tab
from yihu.hub.screens.suggestions import respond_with_suggestions, typed

HELP = (
    ("岗位与岗责", "岗位是座位，岗责是座位能做的事。安全管理员给岗位授岗责，系统管理员把人任命到岗位。"),
    ("任命", "任命后进入待确认；安全管理员确认之前不产生任何权限。"),
    ("替岗", "替岗人只在被替的人休假或不再任此岗时才有权限。"),
    ("内设机构", "机关里的科、股、室，可以不设；其下还有岗位时不能终止。"),
    ("终止岗位", "岗位终止前，先终止任此岗的所有任职。"),
)


@requires("org.view")
def post(request: HttpRequest, code: str) -> HttpResponseBase:
    """One post: holders and duties."""
    found = get_post(request.user, "org.view", code)
    office = found.office
    above = (way("机关", "offices"), way(office.name, "office", office.code))
    page = Page(found.name, crumbs=above, acts=_acts(request, found), help=HELP)
    head = DetailHead(
        (
            Fact("岗位代码", found.code),
            Fact("机关", office.name, reverse("administration:office", args=[office.code])),
            Fact("内设机构", found.department.name if found.department else "直属机关"),
            Fact("设立日", found.valid_from, kind="day"),
        ),
        (Tab("holders", "任职"), Tab("duties", "岗责")),
        state_of(found),
    )
    holders = without_acts_unless(request.user, "org.people", people_lists.HOLDERS)
    duties = without_acts_unless(request.user, "org.duties", duty_lists.DUTIES_OF_POST)
    parts = {
        "holders": (holders, lambda: read.holders_of(found)),
        "duties": (duties, lambda: read_duties.duties_of_post(found)),
    }
    return respond_with_detail(
        request, page, head, parts, record_export=recorder(request, "post", found.name),
        history=lambda: histories.of_post(found),
    )  # fmt: skip


def _acts(request: HttpRequest, found: Post) -> tuple[Act, ...]:
    if found.valid_to is not None and found.valid_to <= today():
        return ()
    return (
        *act(request, "org.people", "任命", "appoint-to", found.code, icon="user-plus", primary=True),
        *act(request, "org.duties", "授予岗责", "give-duty", found.code, icon="shield-plus", primary=True),
        *act(request, "org.posts", "更名", "rename-post", found.code),
        *act(request, "org.posts", "终止岗位", "close-post", found.code),
    )


@requires("org.duties")
def bare_posts(request: HttpRequest) -> HttpResponseBase:
    """Posts that carry no duty."""
    lead = "任这些岗位的人没有由此而来的权限；点岗位授予岗责。"
    page = Page("未授岗责的岗位", lead, (way("岗责", "duties"),), help=HELP)
    rows = read.with_figures(read_duties.posts_without_duty(request.user, today()), today())
    return respond_with_list(request, page, lists.BARE_POSTS, rows, record_export=recorder(request, "post", page.title))


@requires("org.view")
def department(request: HttpRequest, code: str) -> HttpResponseBase:
    """One department and its posts."""
    found = get_department(request.user, "org.view", code)
    office = found.office
    acts = (
        *act(request, "org.posts", "更名", "rename-department", found.code),
        *act(request, "org.posts", "终止内设机构", "close-department", found.code),
    )
    page = Page(
        found.name, crumbs=(way("机关", "offices"), way(office.name, "office", office.code)), acts=acts, help=HELP
    )
    head = DetailHead(
        (
            Fact("内设机构代码", found.code),
            Fact("机关", office.name, reverse("administration:office", args=[office.code])),
            Fact("设立日", found.valid_from, kind="day"),
        ),
        (Tab("posts", "岗位"),),
        state_of(found),
    )
    rows = read.with_figures(Post.objects.filter(department=found), today())
    parts = {"posts": (lists.POSTS, lambda: rows)}
    return respond_with_detail(
        request, page, head, parts, record_export=recorder(request, "post", found.name),
        history=lambda: histories.of_department(found),
    )  # fmt: skip


@requires("org.view")
def suggest_posts(request: HttpRequest) -> HttpResponse:
    """Posts that fit what is typed."""
    found = read.suggest_posts(request.user, typed(request), today())
    return respond_with_suggestions(request, [(f"{p.code} {p.name}", p.office.name) for p in found])

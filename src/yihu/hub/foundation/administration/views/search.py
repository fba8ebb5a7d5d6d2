"""One search over offices, posts and people, for those who administer them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yihu.hub.base.access import requires
from yihu.hub.foundation.administration.selectors import offices as read
from yihu.hub.foundation.administration.selectors import people as read_people
from yihu.hub.foundation.administration.views.door import today
from yihu.hub.screens.pages import Page
from yihu.hub.screens.suggestions import typed

HELP = (
    ("机关、岗位", "输入代码的开头，或名称的任何一段。"),
    ("人员", "输入姓名或账号的开头。"),
    ("找不到", "只找您管理范围内的；结果多时只列前十二个，请多输入几个字。"),
)


@requires("org.view")
def search(request: HttpRequest) -> HttpResponse:
    """What fits, by kind."""
    text = typed(request)
    page = Page(f"搜索：{text}" if text else "搜索", "机关、岗位、人员；只找您管理范围内的。", help=HELP)
    return render(request, "administration/search.html", {"page": page, **_found(request, text)})


@requires("org.view")
def suggest(request: HttpRequest) -> HttpResponse:
    """The first few of each kind, while one types."""
    return render(request, "administration/suggest.html", _found(request, typed(request)))


def _found(request: HttpRequest, text: str) -> dict[str, Any]:
    if not text:
        return {"text": "", "offices": [], "posts": [], "people": []}
    return {
        "text": text,
        "offices": read.suggest_offices(request.user, text),
        "posts": read.suggest_posts(request.user, text, today()),
        "people": read_people.suggest_people(request.user, text),
    }

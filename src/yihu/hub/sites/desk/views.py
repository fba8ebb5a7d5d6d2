"""The home page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from yihu.hub.base.access import requires
from yihu.hub.base.navigation import panels_for, places_for

GREETINGS = ((5, "夜深了"), (12, "上午好"), (14, "中午好"), (18, "下午好"), (24, "晚上好"))


@requires("home.view")
def home(request: HttpRequest) -> HttpResponse:
    """Greeting, the sections that apps offer, and doors to what the reader may open."""
    now = timezone.localtime()
    context = {
        "greeting": next(words for until, words in GREETINGS if now.hour < until),
        "weekday": "一二三四五六日"[now.weekday()],
        "panels": panels_for(request.user),
        "doors": [place for place in places_for(request.user) if place.note],
    }
    return render(request, "desk/home.html", context)

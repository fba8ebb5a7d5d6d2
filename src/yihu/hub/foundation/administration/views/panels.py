"""Sections of the administrators' home pages, with what is there now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from yihu.hub.base.access import requires
from yihu.hub.foundation.administration.selectors import duties as read_duties
from yihu.hub.foundation.administration.selectors import people as read_people
from yihu.hub.foundation.administration.selectors.figures import system_figures
from yihu.hub.foundation.administration.views.door import today
from yihu.hub.foundation.org.selectors.reach import within

ON_HOME_PAGE = 6


@requires("org.people")
def system(request: HttpRequest) -> HttpResponse:
    """Offices, posts, people within reach; what waits."""
    figures = system_figures(request.user, today())
    return render(request, "administration/panel_system.html", {"figures": figures})


@requires("org.confirm")
def security(request: HttpRequest) -> HttpResponse:
    """Appointments that wait, posts that carry nothing, delegations in effect."""
    user, day = request.user, today()
    lent = read_people.list_delegations().on(day).filter(within(user, "org.confirm", "giver__office__"))
    context = {
        "count": read_duties.waiting_count(user),
        "waiting": read_people.waiting_appointments(user, "org.confirm").order_by("appointed_at")[:ON_HOME_PAGE],
        "bare": read_duties.posts_without_duty(user, day).count() if user.holds("org.duties") else None,
        "lent": lent.filter(revoked_at__isnull=True).count(),
        "bare_url": reverse("administration:bare-posts"),
    }
    return render(request, "administration/panel_security.html", context)

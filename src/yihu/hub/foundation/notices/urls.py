"""Addresses of notices."""

from django.urls import path

from yihu.hub.foundation.notices import endpoints
from yihu.hub.foundation.notices.views import announcements, inbox, keeping, mine, simulator

MOUNT = "notices/"
app_name = "notices"
urlpatterns = [
    path("", inbox.show, name="inbox"),
    path("count/", inbox.count, name="count"),
    path("read/", inbox.mark_read, name="read"),
    path("archive/", inbox.archive, name="archive"),
    path("<int:number>/", inbox.notice, name="notice"),
    path("<int:number>/go/", inbox.follow, name="follow"),
    path("<int:number>/confirm/", inbox.confirm, name="confirm"),
    path("<int:number>/unarchive/", inbox.unarchive, name="unarchive"),
    path("settings/", mine.show, name="settings"),
    path("settings/numbers/<int:number>/end/", mine.end, name="end-address"),
    path("settings/prove/<int:number>/", mine.prove, name="prove"),
    path("settings/bind/<slug:slug>/", mine.bind, name="bind"),
    path("announcements/", announcements.show, name="announcements"),
    path("announcements/new/", announcements.announce, name="announce"),
    path("announcements/offices/", announcements.suggest_offices, name="suggest-offices"),
    path("announcements/<int:number>/", announcements.announcement, name="announcement"),
    path("announcements/<int:number>/recall/", announcements.recall, name="recall"),
    path("channels/", keeping.channels, name="channels"),
    path("channels/<int:number>/again/", keeping.try_again, name="try-again"),
    path("channels/templates/", keeping.templates, name="templates"),
    path("channels/templates/<str:code>/", keeping.template, name="template"),
    path("channels/templates/<str:code>/restore/", keeping.restore, name="restore"),
    path("channels/simulator/", simulator.show, name="simulator"),
    path("channels/simulator/<int:number>/reply/", simulator.reply, name="reply"),
    path("gateway/incoming/", endpoints.incoming, name="gateway-incoming"),
    path("gateway/report/", endpoints.report, name="gateway-report"),
]

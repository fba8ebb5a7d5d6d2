"""Addresses of the risk pages."""

from django.urls import path

from yihu.hub.subsystems.risk.views import comparing, detail, register, scoreboard

app_name = "risk"
urlpatterns = [
    path("", register.register, name="register"),
    path("export.<str:kind>", register.export, name="export"),
    path("views/", register.save, name="filter-save"),
    path("views/<int:filter_id>/delete/", register.delete, name="filter-delete"),
    path("compare/", comparing.compare, name="compare"),
    path("scoreboard/", scoreboard.scoreboard, name="scoreboard"),
    path("<str:reference>/", detail.risk, name="risk"),
    path("<str:reference>/explanation/", detail.explanation, name="explanation"),
]

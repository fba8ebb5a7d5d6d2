"""Addresses of the catalogue of indicators."""

from django.urls import path

from yihu.hub.subsystems.indicators import views

MOUNT = "indicators/"
app_name = "indicators"

urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("<slug:code>/", views.indicator, name="indicator"),
    path("<slug:code>/households/", views.households, name="households"),
]

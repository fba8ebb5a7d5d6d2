"""Addresses of the catalogue of indicators."""

from django.urls import path

from yihu.hub.subsystems.indicators import views

MOUNT = "indicators/"
app_name = "indicators"

urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("export.<str:kind>", views.export, name="export"),
    path("<str:indicator>/", views.detail, name="indicator"),
    path("<str:indicator>/households/", views.households, name="households"),
    path("<str:indicator>/households/export.<str:kind>", views.export_households, name="households-export"),
]

"""Addresses of the register of grants."""

from django.urls import path

from yihu.hub.registers.grants import views

MOUNT = "grants/"
app_name = "grants"
urlpatterns = [
    path("", views.quotas, name="quotas"),
    path("changes/<int:change_id>/enter/", views.enter, name="enter"),
]

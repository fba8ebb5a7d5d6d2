"""Addresses of the register."""

from django.urls import path

from yihu.hub.registers.taxpayers import views

MOUNT = "security/labels/"
app_name = "taxpayers"
urlpatterns = [
    path("", views.labels, name="labels"),
    path("<str:number>/", views.label, name="label"),
]

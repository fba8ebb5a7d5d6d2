"""Addresses of the access record."""

from django.urls import path

from yihu.hub.foundation.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.records, name="records"),
    path("latest/", views.latest, name="latest"),
]

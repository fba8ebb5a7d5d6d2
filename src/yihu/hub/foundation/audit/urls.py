"""Addresses of the access record."""

from django.urls import path

from yihu.hub.foundation.audit.views import records

app_name = "audit"
urlpatterns = [
    path("", records.records, name="records"),
    path("latest/", records.latest, name="latest"),
]

"""Addresses of the officers' door."""

from django.urls import path

from yihu.hub.sites.desk import views

app_name = "desk"
urlpatterns = [path("", views.home, name="home")]

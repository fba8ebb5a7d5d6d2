"""Addresses of one's own account."""

from django.urls import path

from yihu.hub.foundation.org import views

app_name = "org"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("password/", views.password, name="password"),
]

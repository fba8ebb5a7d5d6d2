"""Addresses of the model centre."""

from django.urls import path

from yihu.hub.centres.modelhub.views import comparing, pages, shadow, steps, training

MOUNT = "models/"
app_name = "modelhub"
urlpatterns = [
    path("", pages.models, name="models"),
    path("compare/", comparing.compare, name="compare"),
    path("train/", training.train, name="train"),
    path("runs/<int:pk>/", training.run, name="run"),
    path("runs/<int:pk>/stop/", training.stop, name="run-stop"),
    path("roll-back/", steps.roll_back, name="roll-back"),
    path("<slug:model_id>/", pages.model, name="model"),
    path("<slug:model_id>/shadow/", shadow.differences, name="shadow"),
    path("<slug:model_id>/submit/", steps.submit, name="submit"),
    path("<slug:model_id>/approve/", steps.approve, name="approve"),
    path("<slug:model_id>/reject/", steps.reject, name="reject"),
    path("<slug:model_id>/promote/", steps.promote, name="promote"),
    path("<slug:model_id>/withdraw/", steps.withdraw, name="withdraw"),
]

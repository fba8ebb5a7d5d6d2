"""Addresses of the data page."""

from django.urls import path

from yihu.hub.subsystems.gathering import views

MOUNT = "data/"
app_name = "gathering"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("panel/", views.panel, name="panel"),
    path("runs/", views.runs, name="runs"),
    path("build/", views.start_build, name="build"),
    path("gather/", views.start_gather, name="gather"),
    path("batches/<str:batch_id>/", views.batch, name="batch"),
    path("batches/<str:batch_id>/rejects/<str:table>/", views.rejects, name="rejects"),
    path("batches/<str:batch_id>/rejects/<str:table>/resubmit/", views.resubmit, name="resubmit"),
    path("batches/<str:batch_id>/rejects/<str:table>.<str:kind>", views.download_rejects, name="rejects-file"),
    path("batches/<str:batch_id>/duplicates/<str:table>/", views.duplicates, name="duplicates"),
    path("batches/<str:batch_id>/duplicates/<str:table>.<str:kind>", views.export_duplicates, name="duplicates-file"),
    path("snapshots/<str:snapshot_id>/", views.snapshot, name="snapshot"),
]

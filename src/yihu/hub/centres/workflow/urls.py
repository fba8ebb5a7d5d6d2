"""Addresses of processes."""

from django.urls import path

from yihu.hub.centres.workflow.views import acts, instances, managing

MOUNT = "processes/"
app_name = "workflow"
urlpatterns = [
    path("", instances.instances, name="instances"),
    path("people/suggest/", instances.suggest, name="suggest-people"),
    path("versions/", instances.versions, name="versions"),
    path("versions/<int:pk>/", managing.version, name="version"),
    path("versions/<int:pk>/migrate/<int:target>/", managing.migration, name="migration"),
    path("incidents/<int:pk>/retry/", managing.retry, name="retry"),
    path("places/<int:pk>/act/", acts.act, name="act"),
    path("places/<int:pk>/reassign/", managing.reassign_place, name="reassign"),
    path("<int:pk>/", instances.instance, name="instance"),
    path("<int:pk>/panel/", instances.panel, name="panel"),
    path("<int:pk>/withdraw/", acts.withdraw_whole, name="withdraw"),
    path("<int:pk>/urge/", acts.urge_whole, name="urge"),
    path("<int:pk>/copy/", acts.copy_whole, name="copy"),
    path("<int:pk>/suspend/", managing.suspend_one, name="suspend"),
    path("<int:pk>/resume/", managing.resume_one, name="resume"),
    path("<int:pk>/terminate/", managing.terminate_one, name="terminate"),
]

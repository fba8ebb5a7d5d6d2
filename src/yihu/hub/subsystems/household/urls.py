"""Addresses of the workbench."""

from django.urls import path

from yihu.hub.subsystems.household.views import (
    canvas,
    evidence,
    home,
    judgement,
    profile,
    search,
    trace,
    unmask,
    worklist,
)

MOUNT = ""
app_name = "household"

urlpatterns = [
    path("panels/risk/", home.risk_panel, name="panel-risk"),
    path("panels/recent/", home.recent_panel, name="panel-recent"),
    path("worklist/", worklist.worklist, name="worklist"),
    path("worklist/export.<str:kind>", worklist.export_worklist, name="worklist-export"),
    path("worklist/views/", worklist.save_view, name="view-save"),
    path("worklist/views/<int:view_id>/delete/", worklist.delete_view, name="view-delete"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggest, name="suggest"),
    path("person/<str:natural_person_id>/", search.person, name="person"),
    path("person/<str:natural_person_id>/unmask/", unmask.person, name="person-unmask"),
    path("trace/", trace.trace, name="trace"),
    path("trace/export.<str:kind>", trace.export_trace, name="trace-export"),
    path("household/<str:reference>/", profile.household, name="household"),
    path("household/<str:reference>/network.json", profile.network, name="network"),
    path("household/<str:reference>/canvas.json", canvas.state, name="canvas"),
    path("household/<str:reference>/canvas/mark/", canvas.mark, name="canvas-mark"),
    path("household/<str:reference>/canvas/step/", canvas.step, name="canvas-step"),
    path("household/<str:reference>/canvas/clear/", canvas.clear, name="canvas-clear"),
    path("household/<str:reference>/canvas/report/", canvas.report, name="canvas-report"),
    path("household/<str:reference>/source/", evidence.source_row, name="source-row"),
    path("household/<str:reference>/source/unmask/", unmask.source_row, name="source-row-unmask"),
    path("household/<str:reference>/purpose/", profile.purpose, name="purpose"),
    path("household/<str:reference>/lineage/<str:indicator>/", evidence.lineage, name="lineage"),
    path("household/<str:reference>/returns/<str:return_id>/", profile.return_lines, name="return-lines"),
    path("household/<str:reference>/merge/", judgement.merge, name="merge"),
    path("household/<str:reference>/unmerge/", judgement.unmerge, name="unmerge"),
    path("household/<str:reference>/<str:tab>/", profile.household, name="tab"),
]

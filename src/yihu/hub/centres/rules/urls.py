"""Addresses of the rules centre."""

from django.urls import path

from yihu.hub.centres.rules.views import backtests, deciding, editing, reviewing, suppressions, tables, versions

app_name = "rules"
urlpatterns = [
    path("", tables.tables, name="tables"),
    path("new/", editing.table_new, name="new"),
    path("suppressions/", suppressions.suppressions, name="suppressions"),
    path("suppressions/<int:pk>/judge/", suppressions.judge, name="suppression-judge"),
    path("suppressions/<int:pk>/end/", suppressions.end, name="suppression-end"),
    path("backtests/<int:pk>/", backtests.back_test, name="back-test"),
    path("backtests/<int:pk>/examples/", backtests.examples, name="back-test-examples"),
    path("<slug:key>/", tables.table, name="table"),
    path("<slug:key>/try/", deciding.try_it, name="try"),
    path("<slug:key>/evaluate/", deciding.evaluate, name="evaluate"),
    path("<slug:key>/traces/", deciding.traces, name="traces"),
    path("<slug:key>/difference/", versions.difference, name="difference"),
    path("<slug:key>/suppress/", suppressions.suppress, name="suppress"),
    path("<slug:key>/draft/", editing.draft, name="draft"),
    path("<slug:key>/versions/<int:number>/", versions.version, name="version"),
    path("<slug:key>/versions/<int:number>/edit/", editing.edit, name="edit"),
    path("<slug:key>/versions/<int:number>/terms/", editing.terms, name="terms"),
    path("<slug:key>/versions/<int:number>/backtest/", backtests.ask, name="back-test-new"),
    path("<slug:key>/versions/<int:number>/submit/", reviewing.submit, name="submit"),
    path("<slug:key>/versions/<int:number>/publish/", reviewing.publish, name="publish"),
    path("<slug:key>/versions/<int:number>/return/", reviewing.send_back, name="return"),
    path("<slug:key>/versions/<int:number>/discard/", reviewing.discard, name="discard"),
    path("<slug:key>/versions/<int:number>/retire/", reviewing.retire, name="retire"),
    path("<slug:key>/versions/<int:number>/shadow/", reviewing.shadow, name="shadow"),
]

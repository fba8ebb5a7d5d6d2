"""Addresses of the matter centre."""

from django.urls import include, path

from yihu.hub.centres.matters.views import acting, applying, cases, catalogue, keeping, statistics, suggesting
from yihu.hub.centres.matters.views.designing.routes import patterns as designing

app_name = "matters"
MOUNT = "matters/"
urlpatterns = [
    path("", catalogue.catalogue, name="catalogue"),
    path("design/", include(designing)),
    path("mine/", applying.mine, name="mine"),
    path("drafts/<int:pk>/", applying.draft, name="draft"),
    path("drafts/<int:pk>/save/", applying.save, name="save"),
    path("drafts/<int:pk>/submit/", applying.submit, name="submit"),
    path("drafts/<int:pk>/discard/", applying.discard, name="discard"),
    path("drafts/<int:pk>/materials/<slug:code>/", applying.add_file, name="add-file"),
    path("drafts/<int:pk>/materials/<int:document>/remove/", applying.remove_file, name="remove-file"),
    path("suggest/people/", suggesting.people, name="suggest-person"),
    path("suggest/offices/", suggesting.offices, name="suggest-office"),
    path("suggest/taxpayers/", suggesting.taxpayers, name="suggest-taxpayer"),
    path("suggest/codes/<slug:table>/", suggesting.codes, name="suggest-code"),
    path("cases/", cases.cases, name="cases"),
    path("cases/statistics/", statistics.statistics, name="statistics"),
    path("cases/<slug:number>/", cases.case, name="case"),
    path("cases/<slug:number>/act/<int:pk>/", acting.act, name="act"),
    path("cases/<slug:number>/act/<int:pk>/fields/", acting.fields, name="act-fields"),
    path("cases/<slug:number>/withdraw/", acting.withdraw, name="withdraw"),
    path("cases/<slug:number>/letters/<slug:letter>/", cases.letter, name="letter"),
    path("cases/<slug:number>/materials/<slug:code>/add/", acting.add_file, name="case-add-file"),
    path("cases/<slug:number>/materials/<int:document>/", cases.material, name="material"),
    path("cases/<slug:number>/materials/<int:document>/remove/", acting.remove_file, name="case-remove-file"),
    path("waiting/", keeping.waiting, name="waiting"),
    path("load/", keeping.load, name="load"),
    path("items/<slug:family>/<slug:code>/", catalogue.item, name="item"),
    path("items/<slug:family>/<slug:code>/apply/", applying.start, name="start"),
    path("items/<slug:family>/<slug:code>/compare/", catalogue.compare, name="compare"),
    path("items/<slug:family>/<slug:code>/versions/<int:pk>/", catalogue.version, name="version"),
    path("items/<slug:family>/<slug:code>/versions/<int:pk>/play/", keeping.play, name="play"),
    path("items/<slug:family>/<slug:code>/versions/<int:pk>/publish/", keeping.publish, name="publish"),
    path("items/<slug:family>/<slug:code>/versions/<int:pk>/retire/", keeping.retire, name="retire"),
    path("items/<slug:family>/<slug:code>/versions/<int:pk>/discard/", keeping.discard, name="discard-version"),
]

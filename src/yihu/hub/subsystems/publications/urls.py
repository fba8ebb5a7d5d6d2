"""Addresses of publications."""

from django.urls import path

from yihu.hub.subsystems.publications.views import journal, keeping, reading

MOUNT = "publications/"
app_name = "publications"
urlpatterns = [
    path("", reading.shelf, name="shelf"),
    path("kept/", keeping.kept, name="kept"),
    path("due/", keeping.due, name="due"),
    path("words/", keeping.words, name="words"),
    path("words/<int:word_id>/", keeping.settle, name="settle"),
    path("laws/", keeping.laws, name="laws"),
    path("laws/<int:law_id>/", keeping.law, name="law"),
    path("journal/", journal.journal, name="journal"),
    path("journal/new/", journal.new_issue, name="new-issue"),
    path("journal/<int:issue_id>/", journal.issue, name="issue"),
    path("journal/<int:issue_id>/place/", journal.place, name="place"),
    path("journal/<int:issue_id>/publish/", journal.bring_out, name="bring-out"),
    path("journal/papers/<int:placement_id>/take-out/", journal.take_out, name="take-out"),
    path("read/<str:code>/", reading.reading, name="read"),
    path("read/<str:code>/revisions/<int:number>/", reading.revision, name="revision"),
    path("read/<str:code>/word/", reading.give, name="give"),
    path("read/<str:code>/withdraw/", keeping.withdraw, name="withdraw"),
    path("read/<str:code>/review/", keeping.review, name="review"),
]

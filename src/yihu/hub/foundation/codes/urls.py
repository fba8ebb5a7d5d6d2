"""Addresses of code standards."""

from django.urls import path

from yihu.hub.foundation.codes.views import calendars, editing, numbers, tables, versions

app_name = "codes"
urlpatterns = [
    path("", tables.tables, name="tables"),
    path("import/", editing.import_table, name="import"),
    path("check/", numbers.check, name="check"),
    path("usage/", numbers.usage, name="usage"),
    path("calendar/", calendars.years, name="calendar"),
    path("calendar/import/", calendars.import_calendar, name="calendar-import"),
    path("calendar/<int:year>/", calendars.year, name="calendar-year"),
    path("calendar/draft/<int:pk>/", calendars.year_draft, name="calendar-draft"),
    path("calendar/draft/<int:pk>/submit/", calendars.year_submit, name="calendar-submit"),
    path("calendar/draft/<int:pk>/publish/", calendars.year_publish, name="calendar-publish"),
    path("calendar/draft/<int:pk>/return/", calendars.year_return, name="calendar-return"),
    path("calendar/draft/<int:pk>/discard/", calendars.year_discard, name="calendar-discard"),
    path("tables/<slug:code>/", tables.table, name="table"),
    path("tables/<slug:code>/code/<str:value>/", tables.one_code, name="code"),
    path("tables/<slug:code>/difference/", versions.difference, name="difference"),
    path("tables/<slug:code>/mappings/", editing.mappings, name="mappings"),
    path("tables/<slug:code>/mappings/new/", editing.mapping_new, name="mapping-new"),
    path("tables/<slug:code>/mappings/<int:pk>/judge/", editing.mapping_judge, name="mapping-judge"),
    path("tables/<slug:code>/versions/", versions.versions, name="versions"),
    path("tables/<slug:code>/versions/<int:pk>/", versions.version, name="version"),
    path("tables/<slug:code>/versions/<int:pk>/submit/", versions.version_submit, name="version-submit"),
    path("tables/<slug:code>/versions/<int:pk>/publish/", versions.version_publish, name="version-publish"),
    path("tables/<slug:code>/versions/<int:pk>/return/", versions.version_return, name="version-return"),
    path("tables/<slug:code>/versions/<int:pk>/discard/", versions.version_discard, name="version-discard"),
    path("tables/<slug:code>/versions/<int:pk>/draft/", versions.draft, name="draft"),
    path("tables/<slug:code>/versions/<int:pk>/entries/new/", editing.entry, name="entry-new"),
    path("tables/<slug:code>/versions/<int:pk>/entries/<str:value>/", editing.entry, name="entry"),
    path("tables/<slug:code>/versions/<int:pk>/entries/<str:value>/remove/", editing.entry_remove, name="entry-remove"),
]

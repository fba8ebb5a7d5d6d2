"""Addresses of the designers, below design/."""

from django.urls import path

from yihu.hub.centres.matters.views.designing import drafts, files, forms, manifest, processes, review

patterns = [
    path("", drafts.drafts, name="designs"),
    path("new/", drafts.new, name="design-new"),
    path("from/<int:version>/", drafts.start, name="design-from"),
    path("<int:pk>/", drafts.draft, name="design"),
    path("<int:pk>/difference/", review.difference, name="design-difference"),
    path("<int:pk>/play/", review.play, name="design-play"),
    path("<int:pk>/cases/", review.cases, name="design-cases"),
    path("<int:pk>/submit/", review.submit, name="design-submit"),
    path("<int:pk>/take-back/", review.take_back, name="design-take-back"),
    path("<int:pk>/publish/", review.publish, name="design-publish"),
    path("<int:pk>/return/", review.send_back, name="design-return"),
    path("<int:pk>/discard/", review.discard, name="design-discard"),
    path("<int:pk>/process/", processes.process, name="design-process"),
    path("<int:pk>/process/check/", processes.check, name="design-process-check"),
    path("<int:pk>/process/import/", processes.importing, name="design-process-import"),
    path("<int:pk>/condition/", processes.condition, name="design-condition"),
    path("<int:pk>/form/", forms.form, name="design-form"),
    path("<int:pk>/form/preview/", forms.preview, name="design-form-preview"),
    path("<int:pk>/manifest/", manifest.manifest, name="design-manifest"),
    path("<int:pk>/manifest/<slug:section>/", manifest.edit, name="design-section"),
    path("<int:pk>/tables/<slug:code>/", files.table, name="design-table"),
    path("<int:pk>/files/add/", files.add, name="design-file-add"),
    path("<int:pk>/files/remove/", files.remove, name="design-file-remove"),
    path("<int:pk>/files/save/<path:name>", files.save, name="design-file-save"),
    path("<int:pk>/files/<path:name>", files.text, name="design-file"),
]

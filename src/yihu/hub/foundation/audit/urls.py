"""Addresses of the log centre."""

from django.urls import path

from yihu.hub.foundation.audit import endpoints
from yihu.hub.foundation.audit.views import integrity, keeping, receipts, records

app_name = "audit"
urlpatterns = [
    path("", records.records, name="records"),
    path("latest/", records.latest, name="latest"),
    path("records/<int:number>/", records.record, name="record"),
    path("receipts/<int:number>/", receipts.receipt, name="receipt"),
    path("receipts/<int:number>.json", receipts.receipt_file, name="receipt-file"),
    path("integrity/", integrity.integrity, name="integrity"),
    path("integrity/runs/", integrity.runs, name="runs"),
    path("integrity/verify/", integrity.start, name="verify"),
    path("integrity/witnesses/", integrity.add_witness, name="witness-add"),
    path("integrity/witnesses/<int:witness_id>/remove/", integrity.remove_witness, name="witness-remove"),
    path("export/", keeping.export, name="export"),
    path("archives/", keeping.archives, name="archives"),
    path("archives/seal/", keeping.archive, name="archive"),
    path("checkpoint", endpoints.checkpoint, name="checkpoint"),
    path("consistency", endpoints.consistency, name="consistency"),
    path("keys", endpoints.keys, name="keys"),
    path("cosignature", endpoints.cosignature, name="cosignature"),
]

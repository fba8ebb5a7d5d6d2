"""Reads of stored files. Whether a reader may see them is the caller's question."""

from django.db.models import QuerySet

from yihu.hub.foundation.documents.models import Document


def list_documents(about: str) -> QuerySet[Document]:
    """Files of one thing, those taken back left out. One query."""
    return Document.objects.filter(about=about, removed_at=None).select_related("content", "added_by")


def find_document(pk: int, *, about: str) -> Document | None:
    """One file of one thing."""
    return list_documents(about).filter(pk=pk).first()

"""What other bands may use of stored files."""

from yihu.hub.foundation.documents.choices import Kind
from yihu.hub.foundation.documents.models import Document
from yihu.hub.foundation.documents.selectors import find_document, list_documents
from yihu.hub.foundation.documents.services.delivering import UnableToDeliverError, respond_with_document
from yihu.hub.foundation.documents.services.storing import (
    UnableToStoreError,
    hand_over,
    remove_document,
    store_document,
)

__all__ = [
    "Document",
    "Kind",
    "UnableToDeliverError",
    "UnableToStoreError",
    "find_document",
    "hand_over",
    "list_documents",
    "remove_document",
    "respond_with_document",
    "store_document",
]

"""Giving a file out: as it came, under a safe name, never opened in the page, on record."""

import hashlib
from urllib.parse import quote

from django.http import FileResponse, HttpRequest

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.documents.choices import CONTENT_TYPES, Kind
from yihu.hub.foundation.documents.models import Document
from yihu.hub.foundation.documents.services.storing import path_of


class UnableToDeliverError(UnableTo):
    """The bytes are gone or are no longer those that were handed in."""


def respond_with_document(request: HttpRequest, document: Document) -> FileResponse:
    """
    The file as a download. Who may have it was decided by the caller.

    :raises UnableToDeliverError: the bytes are missing or changed
    """
    path = path_of(document.content_id)
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise UnableToDeliverError(f"文件“{document.name}”的内容不在存储中，请联系运维人员（DOC-011）") from error
    if hashlib.file_digest(file, "sha256").hexdigest() != document.content_id:
        file.close()
        raise UnableToDeliverError(f"文件“{document.name}”的内容与上传时不同，已停止下载，请联系运维人员（DOC-012）")
    file.seek(0)
    record(
        verb="document.download", request=request, target=f"document:{document.pk}", target_name=document.name,
        detail={"about": document.about, "digest": document.content_id},
    )  # fmt: skip
    response = FileResponse(file, content_type=CONTENT_TYPES[Kind(document.content.kind)])
    # Never shown inside the site: a file must not act as a page of ours.
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(document.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response

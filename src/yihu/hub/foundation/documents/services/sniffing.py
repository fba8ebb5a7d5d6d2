"""What a file is by its bytes: the name a stranger gave it says nothing."""

import zipfile
from io import BytesIO

from yihu.hub.foundation.documents.choices import Kind

HEADS = ((b"%PDF-", Kind.PDF), (b"\xff\xd8\xff", Kind.JPG), (b"\x89PNG\r\n\x1a\n", Kind.PNG))
# Parts by which packages are told apart; the most telling first.
PACKAGES = (("OFD.xml", Kind.OFD), ("word/document.xml", Kind.DOCX), ("xl/workbook.xml", Kind.XLSX))
MACROS = "vbaProject.bin"
MOST_UNPACKED, MOST_PARTS = 200 * 1024 * 1024, 5_000


class UnknownKindError(ValueError):
    """Bytes of no kind that is taken in; the text says why, in Chinese."""


def kind_of(data: bytes, name: str) -> Kind:
    """
    The kind of a file.

    :param name: tells text from CSV only
    :raises UnknownKindError: none of the kinds, a package that unpacks too large, or one with macros
    """
    for head, kind in HEADS:
        if data.startswith(head):
            return kind
    if data.startswith(b"PK\x03\x04"):
        return _package(data)
    if _is_text(data):
        return Kind.CSV if name.lower().endswith(".csv") else Kind.TXT
    raise UnknownKindError("不是可以接收的文件类型")


def _package(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnknownKindError("压缩包已损坏") from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise UnknownKindError("压缩包解开后过大")
    names = {part.filename for part in parts}
    if any(name.endswith(MACROS) for name in names):
        raise UnknownKindError("含有宏，请另存为不含宏的文件")
    return next((kind for part, kind in PACKAGES if part in names), Kind.ZIP)


def _is_text(data: bytes) -> bool:
    if not data or b"\0" in data:
        return False
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # A page of a browser is text too, and none of the kinds.
        start = text.lstrip()[:200].lower()
        return not any(mark in start for mark in ("<!doctype", "<html", "<?xml", "<svg", "<script"))
    return False

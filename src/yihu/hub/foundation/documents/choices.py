"""Kinds of files that are taken in, by what their bytes say."""

from django.db.models import TextChoices


class Kind(TextChoices):
    """A kind of file; the value is its usual extension."""

    PDF = "pdf", "PDF"
    JPG = "jpg", "JPEG 图片"
    PNG = "png", "PNG 图片"
    DOCX = "docx", "Word 文档"
    XLSX = "xlsx", "Excel 表格"
    OFD = "ofd", "OFD 版式文件"
    ZIP = "zip", "ZIP 压缩包"
    CSV = "csv", "CSV 表格"
    TXT = "txt", "文本"


CONTENT_TYPES = {
    Kind.PDF: "application/pdf",
    Kind.JPG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.OFD: "application/ofd",
    Kind.ZIP: "application/zip",
    Kind.CSV: "text/csv; charset=utf-8",
    Kind.TXT: "text/plain; charset=utf-8",
}

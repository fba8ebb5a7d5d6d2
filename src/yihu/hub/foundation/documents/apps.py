"""Stored files: what was handed in, by whom, with its digest."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """文件."""

    name = "yihu.hub.foundation.documents"
    label = "documents"
    verbose_name = "文件"

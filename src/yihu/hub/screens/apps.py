"""The frame of every page, and pages that belong to no subsystem."""

from django.apps import AppConfig


class ScreensConfig(AppConfig):
    """Holds the shared templates, template tags and fault pages."""

    name = "yihu.hub.screens"
    label = "screens"

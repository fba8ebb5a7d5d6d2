"""The published snapshot as a reader may see it: scope, clearance, purpose."""

from django.apps import AppConfig


class SnapshotsConfig(AppConfig):
    """快照."""

    name = "yihu.hub.registers.snapshots"
    label = "snapshots"
    verbose_name = "快照"

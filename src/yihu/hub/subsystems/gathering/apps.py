"""The data page: batches, rejected rows, snapshots, and starting to gather or build."""

from django.apps import AppConfig

from yihu.hub.base.navigation import Panel, Place, add_panel, add_place


class GatheringConfig(AppConfig):
    """Adds the data page to the navigation and its state to the home page."""

    name = "yihu.hub.subsystems.gathering"
    label = "gathering"
    verbose_name = "数据"

    def ready(self) -> None:
        add_place(
            Place(
                "数据", "gathering:overview", "database", "data.view", order=30, key="d",
                note="批次、退回行与快照",
            )
        )  # fmt: skip
        add_panel(Panel("数据状况", "gathering:panel", "data.view", order=30, size="full"))

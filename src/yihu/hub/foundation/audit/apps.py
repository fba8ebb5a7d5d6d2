"""The access record."""

from django.apps import AppConfig

from yihu.hub.base.navigation import Panel, Place, add_panel, add_place


class AuditConfig(AppConfig):
    """Offers the access record to auditors."""

    name = "yihu.hub.foundation.audit"
    label = "audit"
    verbose_name = "操作日志"

    def ready(self) -> None:
        add_place(
            Place(
                title="操作日志",
                url_name="audit:records",
                icon="shield-search",
                permission="audit.view",
                order=90,
                key="a",
                note="谁在何时查看、导出、改变了什么；日志是否完整",
                group="监督",
            )
        )
        add_panel(Panel(title="最近的操作", url_name="audit:latest", permission="audit.view", order=80))

"""Code standards."""

from django.apps import AppConfig

from yihu.hub.base.navigation import Place, add_place


class CodesConfig(AppConfig):
    """Offers the code tables, the work calendar and the checking of numbers."""

    name = "yihu.hub.foundation.codes"
    label = "codes"
    verbose_name = "代码标准"

    def ready(self) -> None:
        add_place(
            Place(
                title="代码标准",
                url_name="codes:tables",
                icon="list-tree",
                permission="codes.view",
                order=70,
                key="c",
                note="代码表、工作日历与号码校验",
                group="管理",
            )
        )

"""Outside systems: keys, signed requests, quotas and both logs."""

from django.apps import AppConfig

from yihu.hub.base.navigation import Place, add_place


class ExchangeConfig(AppConfig):
    """数据交换."""

    name = "yihu.hub.centres.exchange"
    label = "exchange"
    verbose_name = "数据交换"

    def ready(self) -> None:
        from yihu.hub.centres.exchange.catalogue import Operation, add_operation

        add_operation(Operation("system.self", "核对身份", "查询本系统登记的内容和剩余配额"))
        add_place(
            Place(
                title="数据交换",
                url_name="exchange:systems",
                icon="arrows-exchange",
                permission="exchange.view",
                order=75,
                note="外部系统的接入、密钥、配额和交换记录",
                group="安全",
            )
        )

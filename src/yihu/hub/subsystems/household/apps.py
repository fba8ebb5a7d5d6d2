"""The workbench: worklist, search, the household whole, chains of trade."""

from django.apps import AppConfig

from yihu.hub.base.navigation import Panel, Place, Search, add_panel, add_place, add_search


class HouseholdConfig(AppConfig):
    """Adds the worklist and the trace to the navigation, the search to the top bar, panels to the home page."""

    name = "yihu.hub.subsystems.household"
    label = "household"
    verbose_name = "一户式"

    def ready(self) -> None:
        add_place(
            Place(
                "风险清单", "household:worklist", "list-search", "household.view", order=10, key="w",
                note="按风险从高到低，附理由",
            )
        )  # fmt: skip
        add_place(
            Place(
                "链条追踪", "household:trace", "affiliate", "household.view", order=20, key="t",
                note="上下游各至五层",
            )
        )  # fmt: skip
        add_panel(Panel("我的风险", "household:panel-risk", "household.view", order=10, size="wide"))
        add_panel(Panel("最近查看", "household:panel-recent", "household.view", order=20, size="narrow"))
        add_search(
            Search(
                "household:search",
                "household.view",
                suggest_url_name="household:suggest",
                hint="搜索企业名称、识别号、人员、电话",
            )
        )

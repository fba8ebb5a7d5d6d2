"""The risk register, one household's risk in full, two households beside each other, the scoreboard."""

from django.apps import AppConfig

from yihu.hub.base.navigation import Place, add_place


class RiskConfig(AppConfig):
    """Adds the register and the scoreboard to the navigation."""

    name = "yihu.hub.subsystems.risk"
    label = "risk"
    verbose_name = "风险管理"

    def ready(self) -> None:
        add_place(
            Place(
                "风险台账", "risk:register", "report-search", "household.view", order=10, key="x",
                note="按模型或规则排序，附涉税金额与检查结果",
            )
        )  # fmt: skip
        add_place(
            Place(
                "成绩榜", "risk:scoreboard", "trophy", "models.view", order=70,
                note="各方法在公开样本上的成绩，附区间与局限", group="管理",
            )
        )  # fmt: skip

"""The register of grants."""

from django.apps import AppConfig

from yihu.hub.base.navigation import Place, add_place


class GrantsConfig(AppConfig):
    """Adds the lists of what was granted to the navigation."""

    name = "yihu.hub.registers.grants"
    label = "grants"
    verbose_name = "核准台账"

    def ready(self) -> None:
        add_place(
            Place(
                "核准台账", "grants:quotas", "certificate", "household.view", order=24,
                note="发票总额度、延期缴纳税款、登记变更",
            )
        )  # fmt: skip

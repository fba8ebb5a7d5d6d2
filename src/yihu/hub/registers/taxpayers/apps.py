"""The register of taxpayers."""

from django.apps import AppConfig

from yihu.hub.base.navigation import Place, add_place


class TaxpayersConfig(AppConfig):
    """Holds the register that labels, grid lists and tasks refer to."""

    name = "yihu.hub.registers.taxpayers"
    label = "taxpayers"
    verbose_name = "纳税人名册"

    def ready(self) -> None:
        from yihu.hub.foundation.org.api import find_taxpayers_by
        from yihu.hub.registers.taxpayers.selectors import taxpayers_of

        find_taxpayers_by(taxpayers_of)
        add_place(
            Place(
                title="数据标签",
                url_name="taxpayers:labels",
                icon="shield-lock",
                permission="taxpayer.label",
                order=83,
                note="设定哪些纳税人属敏感、重要",
                group="安全",
            )
        )

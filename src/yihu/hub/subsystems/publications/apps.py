"""Publications."""

from django.apps import AppConfig

from yihu.hub.base.navigation import Place, add_place


class PublicationsConfig(AppConfig):
    """Adds the shelf and the journal to the navigation."""

    name = "yihu.hub.subsystems.publications"
    label = "publications"
    verbose_name = "知识与期刊"

    def ready(self) -> None:
        add_place(
            Place(
                "知识库", "publications:shelf", "books", "publications.read", order=47, key="k",
                note="12366 答复、知识文章", group="办公",
            )
        )  # fmt: skip
        add_place(
            Place(
                "电子期刊", "publications:journal", "news", "publications.read", order=48, note="按期阅读",
                group="办公",
            )
        )  # fmt: skip

        from yihu.hub.subsystems.publications.handlers import register

        register()

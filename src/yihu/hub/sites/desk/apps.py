"""The officers' door."""

from django.apps import AppConfig

from yihu.hub.base.navigation import Place, add_place


class DeskConfig(AppConfig):
    """Offers the home page."""

    name = "yihu.hub.sites.desk"
    label = "desk"

    def ready(self) -> None:
        add_place(Place(title="首页", url_name="desk:home", icon="home", permission="home.view", order=0, key="h"))

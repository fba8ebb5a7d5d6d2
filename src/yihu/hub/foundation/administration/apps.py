"""The administrators' workbench."""

from django.apps import AppConfig

from yihu.hub.base.navigation import Panel, Place, Search, add_panel, add_place, add_search

GROUP = "机构与授权"
PLACES = (
    Place("机关", "administration:offices", "building", "org.view", 60, "o", "机关、内设机构、岗位的设立与变动", GROUP),
    Place("人员", "administration:people", "users", "org.view", 61, "p", "人员、任职、休假、离岗", GROUP),
    Place("待确认任职", "administration:waiting", "user-check", "org.confirm", 62, "q", "任职须经确认才生效", GROUP),
    Place("岗责", "administration:duties", "shield-check", "org.duties", 63, "d", "岗位能做什么、管到哪里", GROUP),
    Place("委托", "administration:delegations", "arrows-exchange", "org.confirm", 64, "", "谁在替谁办事", GROUP),
    Place("网格", "administration:grids", "grid-dots", "grid.keep", 65, "", "网格与网格员", GROUP),
    Place("批量导入", "administration:import", "file-import", "org.import", 66, "i", "从文件导入机构人员", GROUP),
    Place("我的岗位", "administration:mine", "id-badge-2", "delegation.self", 95, "m", "岗位、委托与休假", "本人"),
)
PANELS = (
    Panel("机构人员", "administration:panel-system", "org.people", 60),
    Panel("待我确认", "administration:panel-security", "org.confirm", 61),
)
SEARCH = Search("administration:search", "org.view", "administration:suggest", "搜索机关、岗位、人员", order=50)


class AdministrationConfig(AppConfig):
    """Offers its places and home-page sections."""

    name = "yihu.hub.foundation.administration"
    label = "administration"
    verbose_name = "机构与授权"

    def ready(self) -> None:
        for place in PLACES:
            add_place(place)
        for panel in PANELS:
            add_panel(panel)
        add_search(SEARCH)

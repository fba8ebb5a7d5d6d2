"""Messages to people: inbox, e-mail, SMS."""

from django.apps import AppConfig

from yihu.hub.base.navigation import Bell, Place, add_place, set_bell

PLACES = (
    Place("消息", "notices:inbox", "bell", "notices.self", 94, "n", "待办提醒、结果和公告", "本人"),
    Place("公告", "notices:announcements", "speakerphone", "notices.announce", 50, "", "发给本机关及下级", ""),
    Place("消息通道", "notices:channels", "send", "notices.keep", 86, "", "邮件、短信和消息模板", "运维"),
)


class NoticesConfig(AppConfig):
    """消息."""

    name = "yihu.hub.foundation.notices"
    label = "notices"
    verbose_name = "消息"

    def ready(self) -> None:
        for place in PLACES:
            add_place(place)
        set_bell(Bell("notices:inbox", "notices:count", "notices.self"))

"""Bookings of vehicles and rooms."""

from django.apps import AppConfig

from yihu.hub.base.navigation import Place, add_place


class BookingsConfig(AppConfig):
    """Adds the occupancy page to the navigation."""

    name = "yihu.hub.subsystems.bookings"
    label = "bookings"
    verbose_name = "资源预约"

    def ready(self) -> None:
        add_place(
            Place(
                "资源预约", "bookings:day", "calendar-time", "bookings.view", order=46, key="b",
                note="会议室与公务车辆的占用", group="办公",
            )
        )  # fmt: skip

        from yihu.hub.subsystems.bookings.handlers import register

        register()

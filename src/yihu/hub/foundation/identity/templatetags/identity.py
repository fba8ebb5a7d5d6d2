"""Names of devices, for the list of sessions."""

from django import template

register = template.Library()

# The first that is found names it: Edge and 360 also say Chrome, and Chrome also says Safari.
BROWSERS = (
    ("Edg/", "Edge"),
    ("QQBrowser", "QQ 浏览器"),
    ("MicroMessenger", "微信"),
    ("Firefox/", "Firefox"),
    ("HeadlessChrome", "Chrome（自动）"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("HarmonyOS", "鸿蒙"),
    ("Android", "安卓"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@register.filter
def device(user_agent: str) -> str:
    """`Chrome · Windows`; what is unknown says so."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "其他浏览器")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "其他系统")
    return f"{browser} · {system}"

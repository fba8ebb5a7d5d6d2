"""
Where a page listens for what is new. The web server answers each request on one of a few threads, so open connections
live in a process of their own (docs/adr/0084): behind a proxy at the same origin, otherwise on a port beside the web's.
"""

import os
import re

from django.conf import settings
from django.http import HttpRequest

PATH = "/notices/live"
_HOST = re.compile(r"^(?P<name>\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(?::\d+)?$")


def live_origin(request: HttpRequest) -> str:
    """The origin of the live process when it is another one than the page's; "" otherwise."""
    port = os.environ.get("YIHU_LIVE_PORT", "")
    found = _HOST.match(request.get_host())
    if settings.PUBLIC_URL or not port or not found:
        return ""
    return f"{request.scheme}://{found['name']}:{port}"


def live_address(request: HttpRequest) -> str:
    """The address of the stream; "" where there is none, and pages look once a minute."""
    if settings.PUBLIC_URL:
        return PATH
    origin = live_origin(request)
    return origin + PATH if origin else ""

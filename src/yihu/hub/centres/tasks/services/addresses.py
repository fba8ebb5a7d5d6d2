"""Where a to-do may lead: this site, or hosts registered for its source. A to-do is a link people trust."""

import re
from urllib.parse import urlsplit

from yihu.hub.centres.tasks.models import Source
from yihu.hub.centres.tasks.services.refusals import UnableToPutError

LONGEST = 500
# Browsers drop tabs and line ends, and read a backslash as a slash: "/\host" would leave the site.
UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")


def is_safe_address(url: str, hosts: list[str]) -> bool:
    """Whether an address is a path of this site or https to one of the hosts; nothing else opens."""
    if UNSAFE.search(url) or len(url) > LONGEST:
        return False
    if url.startswith("/"):
        return not url.startswith("//")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = parts.scheme == "https" and not parts.username and not parts.password
    named = {f"{parts.hostname}:{port or 443}"} | ({parts.hostname or ""} if port in {None, 443} else set())
    return plain and bool(named & {host.lower() for host in hosts})


def check_address(url: str, source: Source) -> str:
    """
    The address as it may be kept.

    :raises UnableToPutError: TODO-007, it leads elsewhere
    """
    if url and not is_safe_address(url, source.hosts):
        allowed = "、".join(source.hosts) or "（无）"
        raise UnableToPutError(
            "TODO-007",
            f"办理地址不在“{source.name}”登记的域名内，可用域名：{allowed}；请改用登记的 https 地址或本系统内地址",
        )
    return url

"""The terms of a system: what they hold, and the rules they must keep."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from yihu.hub.centres.exchange.catalogue import operation_title, operations
from yihu.hub.centres.exchange.models import OutsideSystem
from yihu.hub.centres.exchange.services.problems import UnableToExchangeError

HOST = re.compile(
    r"^(?=.{1,253}(?::|\Z))[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::[0-9]{1,5})?\Z"
)
MOST_PER_MINUTE, MOST_PER_DAY = 60_000, 20_000_000
DEFAULT_PORTS = {"https": 443, "http": 80}
# A browser drops these signs from an address, or reads them as others: what is compared must be what is opened.
UNSAFE = re.compile(r"[\x00-\x20\x7f\\<>\"`{}|^\u00a0\u2000-\u200f\u2028-\u202f\ufeff]")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a second person confirms. Days are ISO texts so that the terms can be kept as JSON; see `OutsideSystem`."""

    name: str
    contact: str
    purpose: str
    operations: tuple[str, ...]
    addresses: tuple[str, ...]
    hosts: tuple[str, ...]
    per_minute: int
    per_day: int
    valid_from: str
    valid_to: str | None = None
    webhook_url: str = ""
    list_url: str = ""
    mends_itself: bool = False

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Terms":
        """From the JSON of a proposal."""
        lists = {name: tuple(kept[name]) for name in ("operations", "addresses", "hosts")}
        return cls(**{**{f.name: kept[f.name] for f in fields(cls) if f.name in kept}, **lists})

    @classmethod
    def of(cls, system: OutsideSystem) -> "Terms":
        """Those in force."""
        values = {f.name: getattr(system, f.name) for f in fields(cls)}
        days = {n: values[n].isoformat() if values[n] else None for n in ("valid_from", "valid_to")}
        return cls.read({**values, **days})

    def kept(self) -> dict[str, Any]:
        """As the JSON of a proposal."""
        return asdict(self)

    def put_on(self, system: OutsideSystem) -> None:
        """Onto the row, without saving it."""
        for name, value in asdict(self).items():
            setattr(system, name, list(value) if isinstance(value, tuple) else value)
        system.valid_from = date.fromisoformat(self.valid_from)
        system.valid_to = date.fromisoformat(self.valid_to) if self.valid_to else None


def check_terms(terms: Terms) -> None:
    """
    Refuse terms that cannot be allowed.

    :raises UnableToExchangeError: which, and what to write instead
    """
    unknown = [code for code in terms.operations if code not in operations()]
    if unknown or not terms.operations:
        raise UnableToExchangeError("请至少选择一项允许的操作。" if not unknown else f"没有操作 {'、'.join(unknown)}。")
    for network in terms.addresses:
        _check_network(network)
    for host in terms.hosts:
        if not HOST.match(host):
            raise UnableToExchangeError(
                f"主机“{host}”的写法不对：写域名或 IP，可带端口，如 oa.example.gov.cn 或 10.1.2.3:8443。"
            )
    if not (1 <= terms.per_minute <= MOST_PER_MINUTE and 1 <= terms.per_day <= MOST_PER_DAY):
        raise UnableToExchangeError(f"配额须为每分钟 1 至 {MOST_PER_MINUTE:,} 次、每日 1 至 {MOST_PER_DAY:,} 次。")
    if terms.valid_to and terms.valid_to <= terms.valid_from:
        raise UnableToExchangeError("失效日须晚于生效日。")
    for what, url in (("结果通知地址", terms.webhook_url), ("对账清单地址", terms.list_url)):
        if url and (problem := url_problem(url, terms.hosts)):
            raise UnableToExchangeError(f"{what}不能使用：{problem}")


def _check_network(text: str) -> None:
    try:
        network = ip_network(text)
    except ValueError as error:
        raise UnableToExchangeError(f"来源地址“{text}”的写法不对：写 IP 或网段，如 10.20.0.0/16。") from error
    if network.prefixlen == 0:
        raise UnableToExchangeError("来源地址不能写成任意地址；不限来源的，请留空。")


def url_problem(url: str, hosts: tuple[str, ...] | list[str]) -> str:
    """
    Why an address may not be linked or called, "" when it may: https to a registered host.

    http is for hosts of `EXCHANGE_PLAIN_HOSTS` alone. A host without port allows the usual port of its scheme.
    """
    if UNSAFE.search(url):
        return "地址中有空格、控制符或反斜线等不允许的字符"
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
    except ValueError:
        return "地址的写法不对"
    host = (parts.hostname or "").lower()
    if parts.scheme not in DEFAULT_PORTS or not host:
        return "须是 https:// 开头的完整地址"
    if parts.username is not None or parts.password is not None:
        return "地址中不能带账号"
    named = {host if port == DEFAULT_PORTS[parts.scheme] else "", f"{host}:{port}"}
    if parts.scheme == "http" and not named & set(settings.EXCHANGE_PLAIN_HOSTS):
        return "须使用 https"
    return "" if named & set(hosts) else f"主机 {parts.netloc.lower()} 不在该系统登记的范围内"


TITLES = {
    "name": "系统名称", "contact": "联系人", "purpose": "用途", "operations": "允许的操作", "addresses": "来源地址",
    "hosts": "可链接的主机", "per_minute": "每分钟次数", "per_day": "每日次数", "valid_from": "生效日",
    "valid_to": "失效日", "webhook_url": "结果通知地址", "list_url": "对账清单地址", "mends_itself": "对账后自动修正",
}  # fmt: skip


def differences(before: Terms | None, after: Terms) -> list[tuple[str, str, str, bool]]:
    """Each term in words: its title, what it was, what it would be, and whether that is a change."""
    old = before.kept() if before else {}
    found = []
    for name, value in after.kept().items():
        words = [_words(name, one) for one in (old.get(name), value)]
        found.append((TITLES[name], words[0] if before else "—", words[1], before is None or words[0] != words[1]))
    return found


def _words(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if name == "operations":
        return "、".join(operation_title(code) for code in value or ()) or "—"
    if isinstance(value, tuple | list):
        return "、".join(value) or ("不限" if name == "addresses" else "—")
    return f"{value:,}" if isinstance(value, int) else str(value or ("长期" if name == "valid_to" else "—"))

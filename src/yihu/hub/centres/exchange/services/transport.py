"""
One request to an outside system, and no further: only a registered host, at an address that was looked up once and
judged, without redirects, within a total time, reading a bounded answer.

Names that lead to private, loopback, link-local or otherwise special addresses are refused, unless the installation
lists the network (`EXCHANGE_PRIVATE_NETWORKS`): an internal tax network lives on private addresses, a public one must
not be led into it (CWE-918).
"""

import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from yihu.hub.centres.exchange.services.terms import DEFAULT_PORTS, url_problem

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
MOST_BYTES = 8 * 1024 * 1024
# Addresses that carry an IPv4 address inside (NAT64, Teredo, 6to4): a private one could hide there.
TRANSLATED = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16")))


class UnreachableError(Exception):
    """No answer was had; the text is Chinese and says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes


def call(
    *, method: str, url: str, body: bytes, headers: Mapping[str, str], hosts: list[str], most_bytes: int = MOST_BYTES
) -> Answer:
    """
    Send one request and read its answer.

    :param hosts: those the system registered
    :raises UnreachableError: not allowed, not found, refused, too slow, too long
    """
    problem = url_problem(url, hosts)
    if problem:
        raise UnreachableError(problem)
    parts = urlsplit(url)
    port = parts.port or DEFAULT_PORTS[parts.scheme]
    address = _judged(parts.hostname or "", port)
    connection = _connection(parts.scheme, parts.hostname or "", port, address)
    # Timeouts of a socket begin anew at every byte; a slow drip is ended from outside.
    watchdog = threading.Timer(TOTAL_SECONDS, _cut, [connection])
    watchdog.start()
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body=body, headers={"Connection": "close", **headers})
        response = connection.getresponse()
        content = response.read(most_bytes + 1)
    except (OSError, HTTPException, ValueError, AttributeError) as error:
        raise UnreachableError(_reason(error)) from error
    finally:
        watchdog.cancel()
        connection.close()
    if len(content) > most_bytes:
        raise UnreachableError(f"应答超过 {most_bytes // 1024:,} KB")
    return Answer(response.status, content)


def _judged(host: str, port: int) -> str:
    """The first address of a host, when all of them are allowed."""
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise UnreachableError(f"域名 {host} 解析不到地址") from error
    addresses = sorted((ip_address(str(text).split("%")[0]) for text in found), key=lambda a: (a.version, a))
    for address in addresses:
        if not is_allowed(address):
            raise UnreachableError(f"{host} 指向内部或保留地址 {address}，没有开放；确属专网的，请运维人员放开该网段")
    return str(addresses[0])


def is_allowed(address: IPv4Address | IPv6Address) -> bool:
    """Whether we may connect to an address: globally reachable, or of a network the installation lists."""
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        return is_allowed(mapped)
    if any(address in ip_network(network) for network in settings.EXCHANGE_PRIVATE_NETWORKS):
        return True
    translated = any(address in network for network in TRANSLATED if network.version == address.version)
    return address.is_global and not address.is_multicast and not translated


def _connection(scheme: str, host: str, port: int, address: str) -> HTTPConnection:
    if scheme == "http":
        return _Pinned(host, port, timeout=CONNECT_SECONDS, address=address)
    return _PinnedTLS(host, port, timeout=CONNECT_SECONDS, context=ssl.create_default_context(), address=address)


class _Pinned(HTTPConnection):
    """Connects to the judged address, whatever the name says by now."""

    def __init__(self, *args: Any, address: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)


class _PinnedTLS(HTTPSConnection):
    """The same with TLS; the certificate is still asked for the name."""

    def __init__(self, *args: Any, address: str, context: ssl.SSLContext, **more: Any) -> None:
        super().__init__(*args, context=context, **more)
        self.address, self.context = address, context

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), self.timeout)
        self.sock = self.context.wrap_socket(plain, server_hostname=self.host)


def _cut(connection: HTTPConnection) -> None:
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            connection.sock.close()


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return "对方的证书不可信"
    if isinstance(error, TimeoutError):
        return "对方没有及时应答"
    if isinstance(error, ConnectionRefusedError):
        return "对方没有开放该端口"
    return f"连接中断（{type(error).__name__}）"

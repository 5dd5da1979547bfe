"""Addresses of remote repositories: which are allowed, and to which machines they may lead."""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443, "ssh": 22}
LONGEST = 500

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
_PATH = re.compile(r"[A-Za-z0-9_.~/+%@:,=-]+")
_SHORT = re.compile(r"(?P<user>[^@/\s]+)@(?P<host>[^:/\s]+):(?P<path>[^\s]+)")


class Refused(Exception):
    """This address, or the machine to which it leads, is not allowed. `code` is one of `remotes.Code`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Address:
    """A remote repository. `path` is as the server reads it: below its root, or (ssh, without `/`) the user's home."""

    scheme: str
    user: str | None
    host: str
    port: int
    path: str

    @property
    def url(self) -> str:
        """For clients over HTTP."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"


def parse_address(text: str) -> Address:
    """Read https://…, http://…, ssh://… or git@host:path; anything else is refused, and so is a password in it."""
    text = text.strip()
    if len(text) > LONGEST or not text.isascii() or not text.isprintable():
        raise Refused("address")
    short = _SHORT.fullmatch(text)
    if short is not None and "://" not in text:
        found = Address("ssh", short["user"], short["host"], PORTS["ssh"], short["path"])
    else:
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError:
            raise Refused("address") from None
        if parts.scheme not in PORTS or not parts.hostname or parts.query or parts.fragment:
            raise Refused("address")
        if parts.password is not None or (parts.username is not None and parts.scheme != "ssh"):
            raise Refused("password")
        user = parts.username or ("git" if parts.scheme == "ssh" else None)
        found = Address(parts.scheme, user, parts.hostname, port or PORTS[parts.scheme], parts.path)
    if not _is_plain(found):
        raise Refused("address")
    return found


def _is_plain(address: Address) -> bool:
    if not _is_ip(address.host) and _HOST.fullmatch(address.host) is None:
        return False
    if address.user is not None and _USER.fullmatch(address.user) is None:
        return False
    names = address.path.split("/")
    return bool(
        _PATH.fullmatch(address.path)
        and address.path.strip("/")
        and not address.path.startswith("-")
        and ".." not in names
        and (address.scheme == "ssh" or address.path.startswith("/"))
    )


def checked_addresses(host: str, port: int, *, allow_private: bool) -> list[str]:
    """The IP addresses of a machine, all of which may be connected to: one in this house refuses the whole name."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Refused("unreachable") from None
    ips = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not allow_private and not all(is_public(ip) for ip in ips):
        raise Refused("private")
    return ips


def is_public(ip: str) -> bool:
    """Whether an IP address is one of the open internet, also where it wraps one of the older kind."""
    address = ipaddress.ip_address(ip.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None and not is_public(str(inner)):
            return False
    return address.is_global and not address.is_multicast


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True

"""The one question this site may ask another machine: a trusted school's list of what is withdrawn.

Only at that school's own https address, only when a coordinator has allowed it, and only where the name leads to a
public machine. The machine that was checked is the one that is talked to: the name is looked up once.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from urllib.parse import urlsplit

from flask_babel import lazy_gettext

from lms.core.errors import PasserelleError
from lms.referral.credential import list_address
from lms.referral.envelope import LARGEST_PACKAGE

SECONDS = 5.0
# Addresses of version 6 in which one of version 4 is hidden (RFC 6052, RFC 8215).
_TRANSLATED = tuple(ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48"))
_PIECE = 8192


class NoAnswer(PasserelleError):
    """The school's site could not be asked."""

    status = 422
    code = "no_answer"
    sentence = lazy_gettext(
        "The school's site did not give its list. Try again later, or ask the school for the list as a file."
    )


class NotPublic(NoAnswer):
    """The address does not lead to a public https site: we do not knock on doors inside our own house."""

    code = "not_public"
    sentence = lazy_gettext(
        "This address is not a public https site, so it is not asked. Ask the school for the list as a file."
    )


class _Pinned(http.client.HTTPSConnection):
    """A connection to one machine, whose certificate must be that of the name."""

    def __init__(self, host: str, port: int, machine: str) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self._machine = machine

    def connect(self) -> None:
        plain = socket.create_connection((self._machine, self.port), SECONDS)
        self.sock = _secured(plain, self.host)


def _secured(plain: socket.socket, host: str) -> socket.socket:
    """The connection under TLS, with a certificate for the name that the school signs with."""
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def fetch_list(issuer: str) -> str:
    """The list as the school publishes it, unverified. NoAnswer after five seconds, a redirect, or too many bytes."""
    parts = urlsplit(issuer)
    if parts.scheme != "https" or not parts.hostname:
        raise NotPublic
    port = parts.port or 443
    connection = _Pinned(parts.hostname, port, public_machine(parts.hostname, port))
    ends = time.monotonic() + SECONDS
    try:
        connection.request(
            "GET", urlsplit(list_address(issuer)).path, headers={"Accept": "application/vc+jwt"}
        )
        answer = connection.getresponse()
        if answer.status != http.client.OK:
            raise NoAnswer
        return _read(connection, answer, ends)
    except (OSError, http.client.HTTPException, UnicodeDecodeError) as error:
        raise NoAnswer from error
    finally:
        connection.close()


def public_machine(host: str, port: int) -> str:
    """The machine behind a name; NotPublic unless each one that it leads to is public."""
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise NoAnswer from error
    machines = [str(machine) for machine in sorted(found, key=str)]
    if not machines or not all(_is_public(machine) for machine in machines):
        raise NotPublic
    return machines[0]


def _is_public(machine: str) -> bool:
    try:
        address = ipaddress.ip_address(machine)
    except ValueError:
        return False
    if any(address in net for net in _TRANSLATED):
        return False
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
    return bool(inner.is_global and address.is_global and not inner.is_multicast)


def _read(connection: http.client.HTTPConnection, answer: http.client.HTTPResponse, ends: float) -> str:
    """The whole answer, in all its pieces before the deadline."""
    whole = bytearray()
    while True:
        left = ends - time.monotonic()
        if left <= 0:
            raise NoAnswer
        if connection.sock is not None:
            connection.sock.settimeout(left)
        piece = answer.read1(_PIECE)
        if not piece:
            return whole.decode("ascii")
        whole += piece
        if len(whole) > LARGEST_PACKAGE:
            raise NoAnswer

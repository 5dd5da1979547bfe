"""How a remote repository is reached: over HTTP or SSH, only at the machine that was checked, and never asking anybody.

Runs in a process of its own (`lms.authoring.remote_process`), which is ended when its time is over.
"""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dulwich.client import GitClient, SSHGitClient, SSHVendor, SubprocessWrapper, Urllib3HttpGitClient
from dulwich.errors import GitProtocolError
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import Retry, Timeout

from lms.authoring.addresses import Address, checked_addresses

CONNECT_SECONDS = 10.0
READ_SECONDS = 20.0
MOST_REDIRECTS = 3

Found = tuple[dict[Any, Any], Any, str, Any, Any]


class _Guarded(HTTPConnection):
    """Connects to an address that was checked, so that no second answer of the name server can lead elsewhere."""

    allow_private = False

    def _new_conn(self) -> socket.socket:
        return _connect(self, allow_private=self.allow_private)


class _GuardedTLS(HTTPSConnection):
    """The same with TLS: the certificate is that of the name."""

    allow_private = False

    def _new_conn(self) -> socket.socket:
        return _connect(self, allow_private=self.allow_private)


def _connect(connection: HTTPConnection, *, allow_private: bool) -> socket.socket:
    ips = checked_addresses(
        connection.host, connection.port or connection.default_port, allow_private=allow_private
    )
    for ip in ips[:-1]:
        try:
            return socket.create_connection((ip, connection.port), CONNECT_SECONDS)
        except OSError:
            continue
    return socket.create_connection((ips[-1], connection.port), CONNECT_SECONDS)


class _PoolManager(PoolManager):
    """Every connection, also the one after a redirect, is a guarded one."""

    def __init__(self, *, allow_private: bool) -> None:
        super().__init__(
            headers={"User-Agent": "git/passerelle"},
            timeout=Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            retries=Retry(MOST_REDIRECTS, connect=0, read=0, status=0, other=0),
        )
        plain = type("Plain", (_Guarded,), {"allow_private": allow_private})
        secure = type("Secure", (_GuardedTLS,), {"allow_private": allow_private})
        self.pool_classes_by_scheme = {
            "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }


class _HttpClient(Urllib3HttpGitClient):
    """Git's own protocol over HTTP alone: a plain file server could keep us busy with requests without end."""

    def _discover_references(self, *args: Any, **kwargs: Any) -> Found:
        found = super()._discover_references(*args, **kwargs)
        if self.dumb:
            raise GitProtocolError("this server does not speak git")
        return found


class _Ssh(SSHVendor):
    """The program `ssh` with the course's own key, and with nothing from the account that Passerelle runs under."""

    def __init__(self, ips: Sequence[str], key: Path, known_hosts: Path) -> None:
        self._ips = ips
        self._key = key
        self._known_hosts = known_hosts

    def run_command(
        self,
        host: str,
        command: bytes,
        username: str | None = None,
        port: int | None = None,
        *_args: Any,
        **_kwargs: Any,
    ) -> SubprocessWrapper:
        """Start a command there."""
        process = subprocess.Popen(  # noqa: S603  # words of a list, and none of them begins with what was typed
            [*self.arguments(host, username, port), command.decode()],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
        )
        return SubprocessWrapper(process)

    def arguments(self, host: str, username: str | None, port: int | None) -> list[str]:
        """The words of the command: to the address that was checked, under the name that was typed."""
        options: Mapping[str, str] = {
            "HostName": self._ips[0],
            "HostKeyAlias": host,
            "BatchMode": "yes",
            "IdentitiesOnly": "yes",
            "IdentityAgent": "none",
            "IdentityFile": str(self._key),
            "PreferredAuthentications": "publickey",
            "UserKnownHostsFile": str(self._known_hosts),
            "GlobalKnownHostsFile": "/dev/null",
            "StrictHostKeyChecking": "accept-new",
            "UpdateHostKeys": "no",
            "CheckHostIP": "no",
            "CanonicalizeHostname": "no",
            "ConnectTimeout": str(int(CONNECT_SECONDS)),
            "ServerAliveInterval": "10",
            "ControlMaster": "no",
            "ControlPath": "none",
            "ProxyCommand": "none",
            "PermitLocalCommand": "no",
            "ClearAllForwardings": "yes",
            "ForwardAgent": "no",
            "RequestTTY": "no",
            "LogLevel": "ERROR",
        }
        words = ["ssh", "-x", "-F", "/dev/null"]
        for name, value in options.items():
            words += ["-o", f"{name}={value}"]
        words += ["-p", str(port or 22), "-l", username or "git", "--", host]
        return words


def client_for(address: Address, *, key: Path | None, known_hosts: Path, allow_private: bool) -> GitClient:
    """A client of this repository; `Refused` where it must not be reached."""
    ips = checked_addresses(address.host, address.port, allow_private=allow_private)
    if address.scheme != "ssh":
        pool = _PoolManager(allow_private=allow_private)
        return _HttpClient(address.url, pool_manager=pool, quiet=True)
    vendor = _Ssh(ips, key or Path("/dev/null"), known_hosts)
    return SSHGitClient(address.host, port=address.port, username=address.user, vendor=vendor, quiet=True)


def path_for(address: Address) -> str:
    """What the client is asked for: over HTTP its address holds the path already."""
    return address.path if address.scheme == "ssh" else ""

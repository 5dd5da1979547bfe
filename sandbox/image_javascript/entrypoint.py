"""First process of a container for JavaScript: locks itself in further, starts Deno's kernel, and carries its bytes.

Called as `entrypoint.py CONNECTION_FILE`. Deno's kernel knows TCP only, so it listens on the loopback, which is all
the network there is, and this process binds the sockets that the host asked for and passes bytes between the two.
It reads none of them. Blocking threads do the passing: they start quickly, and whoever reads slowly is waited for.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from contextlib import suppress

sys.path.insert(0, "/opt/passerelle")
sys.dont_write_bytecode = True

import seccomp  # noqa: E402

DENO = "/usr/local/bin/deno"
HOME = "/tmp/home"  # noqa: S108  (the container's own tmpfs)
OWN_CONNECTION_FILE = "/tmp/.kernel.json"  # noqa: S108
FIRST_PORT = 9100
PART_BYTES = 64 * 1024
LINES_MOST = 4
"""How many connections one socket takes in its life: the service makes one, and a Jupyter client another."""
DIAL_SECONDS = 15.0
ENVIRONMENT = {
    "HOME": HOME,
    "PATH": "/usr/bin",
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "NO_COLOR": "1",
    "DENO_DIR": "/tmp/.deno",  # noqa: S108
    "DENO_NO_UPDATE_CHECK": "1",
    "DENO_NO_PACKAGE_JSON": "1",
    # One thread is what one processor can use. The container's memory is the limit, not a number of V8's.
    "DENO_V8_FLAGS": "--single-threaded,--max-old-space-size=8192",
}


def listen(path: str) -> socket.socket:
    """A socket of the host's, bound and listening."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    listener.listen(LINES_MOST)
    return listener


def dial(port: int) -> socket.socket:
    """A connection to the kernel, which may not listen yet."""
    until = time.monotonic() + DIAL_SECONDS
    while True:
        try:
            line = socket.create_connection(("127.0.0.1", port), DIAL_SECONDS)
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.005)
        else:
            line.settimeout(None)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return line


def serve(listener: socket.socket, port: int) -> None:
    """Join each connection of the host's with one to the kernel."""
    for _ in range(LINES_MOST):
        near, _ = listener.accept()
        try:
            far = dial(port)
        except OSError:
            near.close()
            continue
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=carry, args=(source, sink), daemon=True).start()


def carry(source: socket.socket, sink: socket.socket) -> None:
    """Pass bytes one way until either side ends; then end both."""
    with suppress(OSError):
        while part := source.recv(PART_BYTES):
            sink.sendall(part)
    for line in (source, sink):
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)


def main(connection_file: str) -> int:
    """Start the kernel and carry its bytes for as long as it lives; its exit code."""
    seccomp.install()
    os.umask(0o077)
    with open(connection_file, encoding="utf-8") as file:  # noqa: PTH123  (pathlib would cost start-up time)
        wanted = json.load(file)
    names = [name for name in wanted if name.endswith("_port")]
    ports = {name: FIRST_PORT + number for number, name in enumerate(names)}
    with open(OWN_CONNECTION_FILE, "w", encoding="utf-8") as file:  # noqa: PTH123
        json.dump({**wanted, **ports, "transport": "tcp", "ip": "127.0.0.1"}, file)
    os.makedirs(HOME, exist_ok=True)  # noqa: PTH103
    os.chdir(HOME)
    command = [DENO, "jupyter", "--kernel", "--conn", OWN_CONNECTION_FILE]
    kernel = os.posix_spawn(DENO, command, ENVIRONMENT)
    for name in names:
        listener = listen(f"{wanted['ip']}-{wanted[name]}")
        threading.Thread(target=serve, args=(listener, ports[name]), daemon=True).start()
    _, status = os.waitpid(kernel, 0)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    # Threads still wait for bytes; nothing of theirs is worth waiting for.
    os._exit(main(sys.argv[1]))

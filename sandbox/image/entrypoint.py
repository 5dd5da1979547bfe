"""First process of a student's container: locks itself in further, then becomes a trimmed Jupyter kernel.

Called as `entrypoint.py CONNECTION_FILE`, or `entrypoint.py --checker` for a container that runs an author's
tests and never a student's code. Start-up time is a budget, so what a kernel here never needs (the
terminal, jedi, debugpy, the Jupyter client, history, profiles, configuration files) is not imported.
"""

from __future__ import annotations

import sys

sys.path[:] = [path for path in sys.path if "zip" not in path] + ["/usr/lib/python3/dist-packages"]
sys.path.insert(0, "/opt/passerelle")
sys.dont_write_bytecode = True

import gc  # noqa: E402

gc.disable()  # nothing made while starting is garbage worth a search

import os  # noqa: E402
import site  # noqa: E402
import types  # noqa: E402

import seccomp  # noqa: E402

seccomp.install()
os.umask(0o077)
FLUSH_CHARACTERS = 32 * 1024
BRIDGE_SOCKET = "/run/kernel/k-6"
HOME = "/tmp/home"  # noqa: S108  (the container's own tmpfs)
os.makedirs(HOME, exist_ok=True)  # noqa: PTH103  (pathlib is not loaded yet, and starting is a budget)
os.chdir(HOME)
os.environ.update(HOME=HOME, IPYTHONDIR="/tmp/.kernel", PYTHONDONTWRITEBYTECODE="1")  # noqa: S108
site.setquit()
site.sethelper()
site.setcopyright()


def _leave_out() -> None:
    """Put small stand-ins where imports would pull in what a kernel here never uses."""
    for name in ("jedi", "debugpy", "matplotlib_inline"):
        sys.modules[name] = None  # type: ignore[assignment]  # makes `import` raise ModuleNotFoundError
    embed = types.ModuleType("IPython.terminal.embed")
    embed.embed = None  # type: ignore[attr-defined]
    sys.modules["IPython.terminal.embed"] = embed
    client = types.ModuleType("jupyter_client")
    client.__path__ = ["/usr/lib/python3/dist-packages/jupyter_client"]
    client.write_connection_file = None  # type: ignore[attr-defined]
    client.BlockingKernelClient = type("BlockingKernelClient", (), {})  # type: ignore[attr-defined]
    sys.modules["jupyter_client"] = client


if sys.argv[1] == "--checker":
    import bridge_tests

    gc.enable()
    bridge_tests.main(BRIDGE_SOCKET)
    sys.exit()

import bridge_wire  # noqa: E402

bridge_wire.listen(BRIDGE_SOCKET)
_leave_out()

import passerelle_harness  # noqa: E402, F401  (preloaded: a warm kernel answers checks at once)
from ipykernel.iostream import OutStream  # noqa: E402
from ipykernel.kernelapp import IPKernelApp  # noqa: E402
from traitlets.config import Config  # noqa: E402


class Printed(OutStream):
    """Sends what is printed soon and in small parts: a flood must meet its limit before it fills the memory."""

    flush_interval = 0.05
    _unsent = 0

    def write(self, string: str) -> int:
        written = super().write(string) or 0
        self._unsent += len(string)
        if self._unsent > FLUSH_CHARACTERS:
            self._unsent = 0
            self.flush()
        return written


class Kernel(IPKernelApp):
    """IPKernelApp without what writes files, reads configuration or opens windows."""

    def init_crash_handler(self) -> None: ...
    def load_config_file(self, *_: object, **__: object) -> None: ...
    def write_connection_file(self, *_: object, **__: object) -> None: ...
    def cleanup_connection_file(self) -> None: ...
    def log_connection_info(self) -> None: ...
    def init_pdb(self) -> None: ...
    def init_gui_pylab(self) -> None: ...
    def init_extensions(self) -> None: ...


def main(connection_file: str) -> None:
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.history_length = 0
    config.InteractiveShell.colors = "NoColor"
    config.InteractiveShell.xmode = "Plain"  # as Python itself prints it, and 200 ms quicker the first time
    config.IPCompleter.use_jedi = False
    config.IPKernelApp.capture_fd_output = True
    config.IPKernelApp.outstream_class = "__main__.Printed"
    config.IPKernelApp.log_level = 50
    app = Kernel(config=config, connection_file=connection_file)
    app.initialize([])
    gc.freeze()
    gc.enable()
    app.start()


if __name__ == "__main__":
    main(sys.argv[1])

"""What the doctor tries inside a container: each probe attacks one limit and says whether it held.

`code` runs as a student's code does. It ends by printing one line, `HELD …` or `BROKEN …`; anything else, also an
error of the probe itself, counts as broken. A probe with `outcome` is judged by how its run must end instead.
`option` names the entry of the container's options that makes the probe hold: the tests take each option away once
and see its probe break.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent

from sandbox.messages import RunOutcome

_PRELUDE = """
import ctypes, errno, os, re, resource, socket, stat, sys
def verdict(held, detail):
    print(("HELD " if held else "BROKEN ") + str(detail))
def status(pid, field):
    with open(f"/proc/{pid}/status") as file:
        return re.search(rf"^{field}:\\s*(\\S+)", file.read(), re.M)[1]
def cgroup(v1, v2):
    for path in (f"/sys/fs/cgroup/{v1}", f"/sys/fs/cgroup/{v2}"):
        if os.path.exists(path):
            with open(path) as file:
                return file.read().split()
    return []
def mounts():
    with open("/proc/self/mountinfo") as file:
        return [line.split() for line in file]
libc = ctypes.CDLL(None, use_errno=True)
def syscall_error(number, *arguments):
    ctypes.set_errno(0)
    return errno.errorcode.get(ctypes.get_errno(), "none") if libc.syscall(number, *arguments) == -1 else "none"
machine = os.uname().machine
"""


@dataclass(frozen=True, slots=True)
class Probe:
    """One attempt to cross a limit; `promise` is what must hold, in words for the table."""

    name: str
    promise: str
    code: str
    option: str | None = None
    outcome: RunOutcome | None = None
    prelude: str = _PRELUDE
    beneath: bool = False
    """Runs in a kernel that has kept its permissions, to see what the container itself forbids."""

    @property
    def source(self) -> str:
        """The code that is sent to the kernel."""
        return dedent(self.code) if self.outcome else self.prelude + dedent(self.code)

    @property
    def shares_kernel(self) -> bool:
        """Whether it runs after others in one kernel, as a student's code does."""
        return self.outcome is None and not self.beneath


PROBES: tuple[Probe, ...] = (
    Probe(
        "network", "There is no network but the loopback.",
        """
        names = [name for _, name in socket.if_nameindex()]
        verdict(names == ["lo"], names)
        """,
        option="network_mode",
    ),
    Probe(
        "user", "Code runs as a user of its own, without a name and without root.",
        """
        ids = os.getresuid() + os.getresgid() + tuple(os.getgroups())
        verdict(min(ids) >= 20000, ids)
        """,
        option="user",
    ),
    Probe(
        "capabilities", "No capability can ever be gained.",
        """
        sets = [status("self", name) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")]
        verdict(all(int(value, 16) == 0 for value in sets), sets)
        """,
        option="cap_drop",
    ),
    Probe(
        "new privileges", "A setuid program gives nothing.",
        """
        verdict(status(1, "NoNewPrivs") == "1", "pid 1 has NoNewPrivs " + status(1, "NoNewPrivs"))
        """,
        option="security_opt",
    ),
    Probe(
        "root file system", "Nothing outside /tmp can be written.",
        """
        written = []
        for folder in ("/", "/etc", "/usr/lib/python3", "/var/tmp", "/opt", "/home", "/run", "/root"):
            try:
                with open(f"{folder}/probe", "w") as file:
                    written.append(folder)
            except OSError:
                pass
        read_only = bool(os.statvfs("/").f_flag & os.ST_RDONLY)
        verdict(read_only and not written, f"read-only: {read_only}, written: {written}")
        """,
        option="read_only",
    ),
    Probe(
        "temporary files", "The folder /tmp is small, in bytes and in files, and no program starts from it.",
        """
        info = os.statvfs("/tmp")
        size, files = info.f_blocks * info.f_frsize, info.f_files
        wanted = os.ST_NOSUID | os.ST_NODEV | os.ST_NOEXEC
        flags = info.f_flag & wanted == wanted
        verdict(size <= 64 << 20 and 0 < files <= 8192 and flags, f"{size >> 20} MiB, {files} files")
        """,
        option="tmpfs",
    ),
    Probe(
        "temporary files fill up", "A full /tmp gives an error to its own run only.",
        """
        try:
            for number in range(100000):
                os.mkdir(f"/tmp/probe-{number}")
            verdict(False, "100,000 folders were made")
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            verdict(full, f"{number} folders, then {errno.errorcode[error.errno]}")
        """,
        option="tmpfs",
    ),
    Probe(
        "shared memory", "The folder /dev/shm is small.",
        """
        info = os.statvfs("/dev/shm")
        size, files = info.f_blocks * info.f_frsize, info.f_files
        verdict(size <= 16 << 20 and files <= 1024, f"{size >> 20} MiB, {files} files")
        """,
        option="shared memory",
    ),
    Probe(
        "memory limit", "Memory has an end, and swap adds nothing to it.",
        """
        limit = cgroup("memory/memory.limit_in_bytes", "memory.max")
        both = cgroup("memory/memory.memsw.limit_in_bytes", "memory.swap.max")
        swapless = both in (limit, ["0"], [])
        verdict(limit and limit[0].isdigit() and int(limit[0]) <= 1 << 30 and swapless, f"{limit} {both}")
        """,
        option="memswap_limit",
    ),
    Probe(
        "memory bomb", "Taking all memory ends the run as a memory limit.",
        """
        hoard = []
        while True:
            hoard.append(bytearray(b"x") * (16 << 20))
        """,
        option="mem_limit",
        outcome="memory_limit",
    ),
    Probe(
        "fork bomb", "Processes have a limit.",
        """
        import signal, time
        children, error_name = [], "none"
        try:
            for _ in range(200):
                child = os.fork()
                if child == 0:
                    time.sleep(20)
                    os._exit(0)
                children.append(child)
        except OSError as error:
            error_name = errno.errorcode[error.errno]
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        verdict(len(children) < 70 and error_name == "EAGAIN", f"{len(children)} children, then {error_name}")
        """,
        option="pids_limit",
    ),
    Probe(
        "processor", "A run has one processor at most.",
        """
        quota = cgroup("cpu/cpu.cfs_quota_us", "cpu.max")
        period = cgroup("cpu/cpu.cfs_period_us", "cpu.max")
        cpus = int(quota[0]) / int(period[-1]) if quota and quota[0].lstrip("-").isdigit() else -1
        verdict(0 < cpus <= 1, f"{cpus} processors")
        """,
        option="nano_cpus",
    ),
    Probe(
        "open files", "Open files, file size and core dumps have limits.",
        """
        names = {"nofile": resource.RLIMIT_NOFILE, "fsize": resource.RLIMIT_FSIZE, "core": resource.RLIMIT_CORE,
                 "cpu": resource.RLIMIT_CPU}
        found = {name: resource.getrlimit(number)[1] for name, number in names.items()}
        held = 0 < found["nofile"] <= 256 and 0 < found["fsize"] <= 16 << 20 and found["core"] == 0
        held = held and 0 < found["cpu"] <= 3600
        verdict(held, found)
        """,
        option="ulimits",
    ),
    Probe(
        "init", "A small init is process 1 and collects what dies.",
        """
        with open("/proc/1/comm") as file:
            name = file.read().strip()
        verdict(name in ("docker-init", "tini", "catatonit"), name)
        """,
        option="init",
    ),
    Probe(
        "out-of-memory order", "When the machine runs out of memory, student code goes first.",
        """
        with open("/proc/self/oom_score_adj") as file:
            score = int(file.read())
        verdict(score >= 500, score)
        """,
        option="oom_score_adj",
    ),
    Probe(
        "control groups", "The machine's control groups cannot be seen or changed.",
        """
        with open("/proc/self/cgroup") as file:
            paths = {line.strip().split(":", 2)[2] for line in file}
        writable = [root for root, _, _ in os.walk("/sys/fs/cgroup") if os.access(root, os.W_OK)][:1]
        verdict(paths == {"/"} and not writable, f"{sorted(paths)[:2]} writable: {writable}")
        """,
        option="cgroupns",
    ),
    Probe(
        "io_uring", "io_uring is refused.",
        """
        error = syscall_error(425, 8, ctypes.create_string_buffer(120))
        verdict(error in ("EPERM", "EACCES"), error)
        """,
        option="seccomp filter",
    ),
    Probe(
        "socket families", "Sockets to the host or to devices are refused.",
        """
        made = []
        for family in (9, 16 + 1, 31, 38, 40, 44):  # X25, PACKET, BLUETOOTH, ALG, VSOCK, XDP
            try:
                socket.socket(family, socket.SOCK_STREAM if family == 40 else socket.SOCK_RAW).close()
                made.append(family)
            except OSError as error:
                if error.errno not in (errno.EPERM, errno.EACCES):
                    made.append(f"{family}:{errno.errorcode[error.errno]}")
        verdict(not made, made or "all refused")
        """,
        option="seccomp filter",
    ),
    Probe(
        "kernel calls", "New user namespaces, mounts, keys, BPF and module calls are refused.",
        """
        numbers = {
            "x86_64": {"unshare": 272, "mount": 165, "add_key": 248, "keyctl": 250, "bpf": 321, "init_module": 175,
                       "perf_event_open": 298, "userfaultfd": 323, "kexec_load": 246, "setns": 308,
                       "personality": 135},
            "aarch64": {"unshare": 97, "mount": 40, "add_key": 217, "keyctl": 219, "bpf": 280, "init_module": 105,
                        "perf_event_open": 241, "userfaultfd": 282, "kexec_load": 104, "setns": 268,
                        "personality": 92},
        }[machine]
        arguments = {
            "unshare": (0x10000000,), "personality": (0x0040000,),
            "add_key": (b"user", b"probe", b"x", 1, -3), "keyctl": (0, -3, 1),
        }
        errors = {}
        for name, number in numbers.items():
            errors[name] = syscall_error(number, *arguments.get(name, (0, 0, 0, 0, 0)))
        crossed = {name: error for name, error in errors.items() if error not in ("EPERM", "ENOSYS", "EACCES")}
        verdict(not crossed, crossed or "all refused")
        """,
        option="default seccomp profile",
    ),
    Probe(
        "kernel's files", "/proc and /sys give no hold on the machine.",
        """
        crossed = []
        for path in (
            "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys/kernel/uevent_helper",
            "/proc/sys/vm/drop_caches",
        ):
            try:
                os.close(os.open(path, os.O_WRONLY))
                crossed.append(path)
            except OSError:
                pass
        for path in ("/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"):
            try:
                if os.path.isdir(path) and os.listdir(path) or os.path.isfile(path) and open(path, "rb").read(1):
                    crossed.append(path)
            except OSError:
                pass
        verdict(not crossed, crossed or "all closed")
        """,
    ),
    Probe(
        "mounts", "Only the kernel's sockets are mounted from the machine, and never the engine's socket.",
        """
        ours = ("/", "/proc", "/dev", "/sys", "/tmp", "/etc/resolv.conf", "/etc/hostname", "/etc/hosts",
                "/sbin/docker-init", "/usr/sbin/docker-init")
        strange = [mount[4] for mount in mounts()
                   if mount[4] not in ours and not mount[4].startswith(("/proc/", "/dev/", "/sys/"))]
        engine = [path for path in ("/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock")
                  if os.path.exists(path)]
        verdict(len(strange) <= 1 and not engine, f"{strange} {engine}")
        """,
    ),
    Probe(
        "sealed sockets", "The folder of the kernel's sockets cannot be changed or listed any more.",
        """
        strange = [mount[4] for mount in mounts() if mount[3].count("/") >= 1 and "tmpfs" in mount
                   and not mount[4].startswith(("/proc", "/dev", "/sys", "/tmp"))]
        done = []
        for folder in strange:
            for name, action in (
                ("make", lambda: open(f"{folder}/probe", "w").close()),
                ("link", lambda: os.symlink("/etc/passwd", f"{folder}/probe-link")),
                ("chmod", lambda: os.chmod(folder, 0o777)),
            ):
                try:
                    action()
                    done.append(name)
                except OSError:
                    pass
            try:
                for entry in os.listdir(folder):
                    os.rename(f"{folder}/{entry}", f"{folder}/moved")
                    done.append("move")
            except OSError:
                pass
        verdict(len(strange) == 1 and not done, f"{strange} {done or 'refused'}")
        """,
        option="sealed directory",
    ),
    Probe(
        "environment", "No secret of ours is in the environment.",
        """
        names = [name for name in os.environ if re.search("PASSERELLE|TOKEN|SECRET|PASSWORD|DATABASE", name)]
        verdict(not names, names or "none")
        """,
    ),
    Probe(
        "setuid files", "No program in the image changes its user.",
        """
        found = []
        for root, folders, files in os.walk("/"):
            folders[:] = [name for name in folders if os.path.join(root, name) not in ("/proc", "/sys", "/dev")]
            for name in files:
                try:
                    info = os.lstat(os.path.join(root, name))
                except OSError:
                    continue
                if stat.S_ISREG(info.st_mode) and info.st_mode & (stat.S_ISUID | stat.S_ISGID):
                    found.append(os.path.join(root, name))
        verdict(not found, found[:5] or "none")
        """,
    ),
    Probe("endless loop", "A loop without end is stopped in time.", "while True: pass", outcome="time_limit"),
    Probe(
        "output flood", "Printing without end is stopped, and nothing of it is kept by the engine.",
        "while True: print('x' * 1000)",
        option="log_config",
        outcome="output_limit",
    ),
    Probe(
        "quiet exit", "A process that ends itself is an end of the run, not a success.",
        "import os; os._exit(0)",
        outcome="died",
    ),
)  # fmt: skip

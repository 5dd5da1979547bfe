"""Live cells that reach for the machine. Each prints a mark when it crossed a limit, and nothing of it may be seen.

The doctor's probes say that the limits stand when the service starts; these say it of the kernels people get.
"""

from __future__ import annotations

from tests.attacks.checks import Attack

MARK = "CROSSED"

_PRELUDE = f"""
import ctypes, errno, glob, os, socket, stat, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
X86 = os.uname().machine == "x86_64"
def crossed(what):
    print("{MARK[:4]}" + "{MARK[4:]}", what)
def call(x86, arm, *arguments):
    ctypes.set_errno(0)
    if libc.syscall(x86 if X86 else arm, *arguments) != -1 or ctypes.get_errno() not in (errno.EPERM, errno.EACCES, errno.ENOSYS):
        crossed((x86, arguments, errno.errorcode.get(ctypes.get_errno())))
def attempt(what, action):
    try:
        action()
    except OSError:
        return
    crossed(what)
"""


def _cell(source: str) -> Attack:
    return Attack(_PRELUDE + source, frozenset({"ok", "error"}))


ATTACKS: dict[str, Attack] = {
    "io_uring": _cell(
        "ring = ctypes.create_string_buffer(120)\ncall(425, 425, 8, ring)\ncall(426, 426, 0, 1, 0, 0, 0, 0)\ncall(427, 427, 0, 0, 0, 0)"
    ),
    "vsock_and_other_families": _cell(
        "for family in (9, 17, 31, 38, 40, 44):\n"
        "    for kind in (socket.SOCK_STREAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):\n"
        "        attempt(f'socket family {family}', lambda: socket.socket(family, kind).close())"
    ),
    "raw_sockets": _cell(
        "for family in (socket.AF_INET, socket.AF_INET6):\n"
        "    attempt('raw socket', lambda: socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_ICMP).close())"
    ),
    "keys": _cell(
        "call(248, 217, b'user', b'attack', b'x', 1, -3)\ncall(249, 218, b'user', b'attack', 0, -3)\ncall(250, 219, 0, -3, 1)"
    ),
    "bpf_and_perf": _cell(
        "space = ctypes.create_string_buffer(128)\ncall(321, 280, 0, space, 72)\ncall(298, 241, space, 0, -1, -1, 0)\ncall(323, 282, 0)"
    ),
    "user_namespaces": _cell(
        "for flag in (0x10000000, 0x00020000, 0x40000000, 0x08000000, 0x02000000):\n    call(272, 97, flag)\n"
        "child = libc.syscall(56 if X86 else 220, 0x10000000 | 17, 0, 0, 0, 0)\n"
        "if child == 0: os._exit(0)\nif child > 0: crossed('a process in a user namespace of its own')"
    ),
    "mounts": _cell(
        "call(165, 40, b'none', b'/tmp', b'tmpfs', 0, 0)\ncall(166, 39, b'/tmp', 2)\ncall(428, 428, -100, b'/', 0)\n"
        "call(430, 430, b'tmpfs', 0)\ncall(161, 51, b'/tmp')\ncall(155, 41, b'/tmp', b'/tmp')"
    ),
    "file_handles": _cell(
        "space = ctypes.create_string_buffer(136)\nmount_id = ctypes.c_int()\nstruct.pack_into('i', space, 0, 128)\n"
        "call(303, 264, -100, b'/etc/hosts', space, ctypes.byref(mount_id), 0)\ncall(304, 265, -100, space, 0)"
    ),
    "traces_the_init": _cell(
        "call(101, 117, 16, 1, 0, 0)\ncall(101, 117, 0x4206, 1, 0, 0)\n"
        "space = ctypes.create_string_buffer(64)\npart = (ctypes.c_size_t * 2)(ctypes.addressof(space), 64)\n"
        "there = (ctypes.c_size_t * 2)(0x400000, 64)\ncall(310, 270, 1, part, 1, there, 1, 0)\n"
        "attempt('memory of the init', lambda: open('/proc/1/mem', 'rb').read(1))\n"
        "call(438, 438, 3, 0, 0)"
    ),
    "becomes_another": _cell(
        "attempt('root', lambda: os.setresuid(0, 0, 0))\nattempt('another user', lambda: os.setresuid(20001, 20001, 20001) if os.getuid() != 20001 else os.setresuid(20002, 20002, 20002))\n"
        "attempt('groups', lambda: os.setgroups([0]))\n"
        "header = struct.pack('Ii', 0x20080522, 0)\n"
        "if libc.syscall(126 if X86 else 91, header, struct.pack('6I', 0xFFFFFFFF, 0xFFFFFFFF, 0, 0, 0, 0)) == 0: crossed('capabilities')\n"
        "for path in glob.glob('/usr/bin/*') + glob.glob('/bin/*'):\n"
        "    if os.stat(path).st_mode & (stat.S_ISUID | stat.S_ISGID): crossed(path)"
    ),
    "devices": _cell(
        "attempt('a disk', lambda: os.mknod('/tmp/disk', 0o600 | stat.S_IFBLK, os.makedev(8, 0)))\n"
        "attempt('memory', lambda: os.mknod('/tmp/memory', 0o600 | stat.S_IFCHR, os.makedev(1, 1)))\n"
        "for path in ('/dev/mem', '/dev/kmem', '/dev/kvm', '/dev/fuse', '/dev/sda', '/dev/loop0', '/dev/net/tun'):\n"
        "    attempt(path, lambda: os.close(os.open(path, os.O_RDWR)))"
    ),
    "settings_of_the_machine": _cell(
        "found = glob.glob('/proc/sys/**/*', recursive=True)[:4000] + ['/proc/sysrq-trigger', '/sys/kernel/uevent_helper']\n"
        "for path in found:\n    if os.path.isfile(path): attempt(path, lambda: os.close(os.open(path, os.O_WRONLY)))"
    ),
    "control_groups": _cell(
        "for folder, _, names in os.walk('/sys/fs/cgroup'):\n"
        "    attempt(folder, lambda: os.mkdir(folder + '/attack'))\n"
        "    for name in names:\n"
        "        if name in ('release_agent', 'cgroup.procs', 'devices.allow', 'memory.limit_in_bytes', 'memory.max', 'notify_on_release'):\n"
        "            attempt(folder + '/' + name, lambda: os.close(os.open(folder + '/' + name, os.O_WRONLY)))"
    ),
    "writes_to_every_mount": _cell(
        "for line in open('/proc/self/mountinfo'):\n    place = line.split()[4]\n"
        "    if place in ('/tmp', '/dev/shm', '/dev/mqueue', '/proc') or place.startswith('/dev/') and not os.path.isdir(place): continue\n"
        "    if os.path.isdir(place): attempt(place, lambda: os.close(os.open(place + '/attack', os.O_CREAT | os.O_WRONLY)))\n"
        "    elif place.startswith('/etc'): attempt(place, lambda: os.close(os.open(place, os.O_WRONLY)))"
    ),
    "mounts_tell_of_nobody": _cell(
        "for line in open('/proc/self/mountinfo'):\n    place = line.split()[4]\n"
        "    if 'docker.sock' in line or (line.split()[3] != '/' and place not in ('/run/kernel', '/etc/hosts', '/etc/hostname', '/etc/resolv.conf', '/sbin/docker-init', '/usr/sbin/docker-init') and not place.startswith(('/proc/', '/sys/', '/dev/'))):\n"
        "        crossed(line)\n"
    ),
    "swaps_its_sockets": _cell(
        "for number in range(1, 7):\n    path = f'/run/kernel/k-{number}'\n"
        "    attempt('unlink ' + path, lambda: os.unlink(path))\n"
        "    attempt('rename ' + path, lambda: os.rename(path, '/run/kernel/moved'))\n"
        "    attempt('link ' + path, lambda: os.symlink('/var/run/docker.sock', path))\n"
        "    attempt('bind ' + path, lambda: socket.socket(socket.AF_UNIX).bind(path))\n"
        "attempt('chmod', lambda: os.chmod('/run/kernel', 0o777))\nattempt('list', lambda: os.listdir('/run/kernel'))\n"
        "attempt('connection file', lambda: open('/run/kernel/kernel.json', 'w'))"
    ),
    "engine_and_metadata": _cell(
        "socket.setdefaulttimeout(1)\nfor path in ('/var/run/docker.sock', '/run/docker.sock', '/run/containerd/containerd.sock'):\n"
        "    attempt(path, lambda: socket.socket(socket.AF_UNIX).connect(path))\n"
        "for place in (('169.254.169.254', 80), ('172.17.0.1', 2375), ('192.0.2.1', 80)):\n"
        "    attempt(place, lambda: socket.create_connection(place))\n"
        "if [name for _, name in socket.if_nameindex()] != ['lo']: crossed('an interface')"
    ),
    "modules_of_the_system": _cell(
        "call(175, 105, 0, 0, 0)\ncall(313, 273, 3, b'', 0)\ncall(246, 104, 0, 0, 0, 0)\ncall(308, 268, 3, 0)\ncall(442, 442, -100, b'/', 0, 0, 0)"
    ),
    # using everything up
    "fills_the_disk": _cell(
        "written = 0\ntry:\n    for number in range(100):\n        with open(f'/tmp/file-{number}', 'wb') as file: written += file.write(bytes(1 << 20))\n"
        "except OSError: pass\nif written > 64 << 20: crossed(f'{written} bytes in /tmp')\n"
        "try:\n    with open('/dev/shm/file', 'wb') as file:\n        for number in range(17): file.write(bytes(1 << 20)); file.flush()\n    crossed('17 MiB in /dev/shm')\nexcept OSError: pass"
    ),
    "fills_the_folders": _cell(
        "made = 0\ntry:\n    for number in range(20_000): os.mkdir(f'/tmp/folder-{number}'); made += 1\nexcept OSError: pass\n"
        "if made > 8192: crossed(f'{made} folders')"
    ),
    "a_file_without_end": _cell(
        "import signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "attempt('a file of 17 MiB', lambda: os.ftruncate(os.open('/tmp/long', os.O_CREAT | os.O_RDWR), 17 << 20))"
    ),
    "opens_every_file": _cell(
        "opened = []\ntry:\n    while len(opened) < 1000: opened.append(os.open('/dev/null', os.O_RDONLY))\nexcept OSError: pass\n"
        "if len(opened) > 256: crossed(f'{len(opened)} open files')\nfor number in opened: os.close(number)"
    ),
    "locks_memory": _cell("if libc.mlockall(3) == 0: crossed('locked memory')"),
    "shared_memory_of_the_system": Attack(
        _PRELUDE + "libc.shmat.restype = ctypes.c_void_p\n"
        "for key in range(4):\n    made = libc.shmget(key + 1, 100 << 20, 0o1666)\n"
        "    ctypes.memset(libc.shmat(made, None, 0), 1, 100 << 20)\ncrossed('400 MiB of shared memory')",
        frozenset({"memory_limit", "died", "time_limit"}),
    ),
    # what could outlive the session
    "plants_startup_files": _cell(
        "text = 'import os\\nos._exit(0)\\n'\n"
        "for name in ('sitecustomize.py', 'usercustomize.py', 'conftest.py', 'attack.pth', 'codec.py', 'passerelle_harness.py', 'json.py', '.pythonrc.py', 'ipython_config.py'):\n"
        "    for folder in [*filter(None, sys.path), '/tmp', '/tmp/home', '/tmp/.kernel', '/dev/shm', '/usr/lib/python3/dist-packages', '/etc/python3', '/opt/passerelle']:\n"
        "        try: open(os.path.join(folder, name), 'w').write(text)\n"
        "        except OSError: continue\n"
        "        if not folder.startswith(('/tmp', '/dev/shm')): crossed(folder)"
    ),
}  # fmt: skip

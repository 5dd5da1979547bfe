"""A second, small seccomp filter stacked upon the engine's own: it can only take away, never give.

Docker's default profile of older engines still allows io_uring and exotic socket families. Denied calls fail
with EPERM; a foreign architecture's calls (32-bit, x32) kill the process. libzmq needs NETLINK, so that stays.
"""

from __future__ import annotations

import ctypes
import os
import struct

ALLOWED_FAMILIES = (1, 2, 10, 16)  # UNIX, INET, INET6, NETLINK

# name: (x86_64, aarch64)
DENIED = {
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "unshare": (272, 97),
    "setns": (308, 268),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "kexec_load": (246, 104),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "pidfd_getfd": (438, 438),
    "mount_setattr": (442, 442),
}
_SOCKET = {"x86_64": (41, 53), "aarch64": (198, 199)}
_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_COLUMN = {"x86_64": 0, "aarch64": 1}

_LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_RETURN = 0x06
_KILL, _EPERM, _ALLOW = 0x80000000, 0x00050001, 0x7FFF0000
_NR, _ARCH_AT, _ARG0 = 0, 4, 16
_X32_BIT = 0x40000000

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _MODE_FILTER = 38, 22, 2


def program(machine: str) -> list[tuple[int, int, int, int]]:
    """The filter as (code, jump if true, jump if false, operand)."""
    lines: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, _ARCH_AT),
        (_EQUAL, 1, 0, _ARCH[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NR),
    ]
    if machine == "x86_64":
        lines += [(_AT_LEAST, 0, 1, _X32_BIT), (_RETURN, 0, 0, _KILL)]
    for numbers in DENIED.values():
        lines += [(_EQUAL, 0, 1, numbers[_COLUMN[machine]]), (_RETURN, 0, 0, _EPERM)]
    socket, socketpair = _SOCKET[machine]
    lines += [
        (_EQUAL, 2, 0, socket),
        (_EQUAL, 1, 0, socketpair),
        (_RETURN, 0, 0, _ALLOW),
        (_LOAD, 0, 0, _ARG0),
    ]
    for family in ALLOWED_FAMILIES:
        lines += [(_EQUAL, 0, 1, family), (_RETURN, 0, 0, _ALLOW)]
    lines.append((_RETURN, 0, 0, _EPERM))
    return lines


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("lines", ctypes.c_char_p))


def install() -> None:
    """Put the filter on this process and all it will start; OSError when the system refuses."""
    lines = program(os.uname().machine)
    packed = b"".join(struct.pack("HBBI", *line) for line in lines)
    libc = ctypes.CDLL(None, use_errno=True)
    wanted = _Program(len(lines), packed)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs refused")
    if libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(wanted), 0, 0):
        raise OSError(ctypes.get_errno(), "seccomp filter refused")

"""What a process that reads hostile bytes may ask of the kernel: no network, no other program, no other process.

On Linux a seccomp filter (seccomp(2)) refuses the calls by number; elsewhere, or where the kernel has no filters, the
audit hook of ``untrusted_child`` and the resource limits are what remains, and ``shut`` says so. A refused call fails
with EPERM, so a library that probes goes on.
"""

import ctypes
import errno
import platform
import struct
import sys

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_LOAD_WORD, _JUMP_IF_EQUAL, _JUMP_IF_SET, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _FAIL, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER_OFFSET, _ARCHITECTURE_OFFSET, _FIRST_ARGUMENT_OFFSET = 0, 4, 16
_CLONE = {"x86_64": 56, "aarch64": 220}
_CLONE_THREAD = 0x00010000
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32_BIT = 0x40000000

# socket, connect, accept, sendto, sendmsg, bind, listen, socketpair, fork, vfork, execve, kill, ptrace, mount,
# chroot, unlink, rename, mkdir, rmdir, creat, link, symlink, chmod, chown, truncate, process_vm_writev, accept4,
# memfd_create, execveat, io_uring_setup, pidfd_open, clone3, tgkill is left: abort() needs it.
_REFUSED = {
    "x86_64": (
        *(41, 42, 43, 44, 46, 49, 50, 53, 57, 58, 59, 62, 101, 165, 161, 87, 82, 83, 84, 85, 86, 88, 90, 92, 76),
        *(311, 288, 319, 322, 425, 434, 263, 264, 258, 265, 266, 268, 316),
    ),
    "aarch64": (
        *(198, 203, 202, 206, 211, 200, 201, 199, 221, 129, 117, 40, 51, 35, 38, 34, 37, 36, 53, 54, 45, 271, 242),
        *(279, 281, 425, 434, 276),
    ),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def shut() -> bool:
    """Install the filter in this process, for good; False where this system has none for us."""
    machine = platform.machine()
    if not sys.platform.startswith("linux") or machine not in _REFUSED:
        return False
    instructions = _instructions(machine)
    code = ctypes.create_string_buffer(b"".join(instructions))
    program = _Program(len(instructions), ctypes.cast(code, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def _instructions(machine: str) -> list[bytes]:
    """The filter as BPF: another architecture dies, a refused number fails, everything else goes on."""
    refused = _REFUSED[machine]
    lines = [
        _instruction(_LOAD_WORD, 0, 0, _ARCHITECTURE_OFFSET),
        _instruction(_JUMP_IF_EQUAL, 1, 0, _ARCHITECTURES[machine]),
        _instruction(_RETURN, 0, 0, _KILL),
        _instruction(_LOAD_WORD, 0, 0, _NUMBER_OFFSET),
    ]
    if machine == "x86_64":
        # The x32 way of calling reaches the same calls by other numbers (BPF_JGE).
        lines += [_instruction(0x35, 0, 1, _X32_BIT), _instruction(_RETURN, 0, 0, _KILL)]
    for place, number in enumerate(refused):
        # Past the numbers that follow and the four instructions before the refusal.
        lines.append(_instruction(_JUMP_IF_EQUAL, len(refused) - place - 1 + 4, 0, number))
    # A thread may be made, another process may not: the C library's fork is a clone without that flag.
    lines += [
        _instruction(_JUMP_IF_EQUAL, 0, 2, _CLONE[machine]),
        _instruction(_LOAD_WORD, 0, 0, _FIRST_ARGUMENT_OFFSET),
        _instruction(_JUMP_IF_SET, 0, 1, _CLONE_THREAD),
        _instruction(_RETURN, 0, 0, _ALLOW),
        _instruction(_RETURN, 0, 0, _FAIL | errno.EPERM),
    ]
    return lines


def _instruction(code: int, jump_true: int, jump_false: int, value: int) -> bytes:
    return struct.pack("HBBI", code, jump_true, jump_false, value)

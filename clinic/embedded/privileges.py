"""What a child does between fork and exec: put root aside, and ask to die with its parent."""

import ctypes
import functools
import os
import pwd
import signal
import sys
from collections.abc import Callable
from pathlib import Path

LINUX = sys.platform == "linux"
libc = ctypes.CDLL(None, use_errno=True) if LINUX else None

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522


def before_exec(death_signal: signal.Signals, *, without_root: bool) -> Callable[[], None]:
    """Returns the function that Popen calls in the child."""
    parent = os.getpid()
    leave_root = root_exit() if without_root else None

    def prepare() -> None:
        if leave_root:
            leave_root()
        # After the change of user, which would clear it again.
        die_with(parent, death_signal)

    return prepare


def die_with(parent: int, death_signal: signal.Signals) -> None:
    """Where Linux is not, a killed supervisor leaves its children to `leftovers` in the next start."""
    if not LINUX:
        return
    call("prctl", PR_SET_PDEATHSIG, int(death_signal))
    # The parent may have died before the line above; nobody would send us the signal any more.
    if os.getppid() != parent:
        os._exit(1)


@functools.cache
def root_exit() -> Callable[[], None] | None:
    """PostgreSQL refuses to run as root. A user namespace is the better way out: files stay root's on the outside."""
    if not LINUX or os.geteuid() != 0:
        return None
    return enter_namespace if namespaces_allowed() else become_nobody


def namespaces_allowed() -> bool:
    child = os.fork()
    if child == 0:
        try:
            enter_namespace()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def enter_namespace() -> None:
    user, group = os.geteuid(), os.getegid()
    call("unshare", CLONE_NEWUSER)
    for name, text in (("setgroups", "deny"), ("uid_map", f"1000 {user} 1"), ("gid_map", f"1000 {group} 1")):
        Path(f"/proc/self/{name}").write_text(text)


def become_nobody() -> None:
    """Where a container forbids namespaces. Keeps the right to reach files under folders such as /root."""
    nobody = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setresgid(nobody.pw_gid, nobody.pw_gid, nobody.pw_gid)
    call("prctl", PR_SET_KEEPCAPS, 1)
    os.setresuid(nobody.pw_uid, nobody.pw_uid, nobody.pw_uid)
    right = 1 << CAP_DAC_OVERRIDE
    # Two words: version, this process. Six words: effective, permitted, inheritable, and their upper halves.
    call("capset", (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0), (ctypes.c_uint32 * 6)(right, right, right, 0, 0, 0))
    call("prctl", PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def take_over(folder: Path) -> None:
    """Gives an existing data folder to the user that will run on it: PostgreSQL refuses one that belongs to another."""
    if not (LINUX and os.geteuid() == 0 and folder.exists()):
        return
    owner = pwd.getpwnam("nobody").pw_uid if root_exit() is become_nobody else 0
    if folder.stat().st_uid != owner:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner, -1, follow_symlinks=False)


def call(name: str, *arguments: object) -> None:
    if getattr(libc, name)(*arguments) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")

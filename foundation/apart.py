"""Looking into a file of strangers in a process of its own: a few kilobytes can keep a reader busy for hours."""

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


class TookTooMuch(Exception):
    """Of time or of memory."""


def answer_of(program: list[str], data: bytes, *, seconds: float) -> Any:
    """What the program, named as for `python`, prints as JSON. seconds: of the clock.

    It knows no setting and no secret of ours, and ends by its own limits when nobody waits for it any more.
    """
    try:
        ran = subprocess.run(
            [sys.executable, *program],
            input=data,
            stdout=subprocess.PIPE,
            # A traceback would quote what stands in the file.
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={},
            timeout=seconds,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise TookTooMuch from error
    return json.loads(ran.stdout)


def limit_this_process(*, cpu_seconds: int, memory: int) -> None:
    """For the program to call before it reads anything. memory: in bytes, its own code among them."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

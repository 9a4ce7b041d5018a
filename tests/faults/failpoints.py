"""Death at a chosen line: wraps a function of the product from outside, which knows nothing of it."""

import os
import signal
from collections.abc import Callable
from importlib import import_module
from typing import Any


def die(*_arguments: Any, **_named: Any) -> None:
    """As kill -9, the power or the kernel would have it: no finally, no rollback, no goodbye."""
    os.kill(os.getpid(), signal.SIGKILL)


def install(when: str, path: str) -> None:
    """`install("before", "mailings.delivery.claim")`: whoever calls it next from that module dies."""
    module_name, _dot, name = path.rpartition(".")
    module = import_module(module_name)
    original: Callable[..., Any] = getattr(module, name)

    def die_after(*arguments: Any, **named: Any) -> Any:
        original(*arguments, **named)
        die()

    setattr(module, name, {"before": die, "after": die_after}[when])

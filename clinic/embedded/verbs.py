"""The verbs of `./run`. Each imports what it needs when it is called, so that none waits for the others' imports."""

import os
import sys
from collections.abc import Callable

from clinic.embedded.errors import Failed
from clinic.embedded.processes import ROOT

Verb = Callable[[list[str]], int]


def site(arguments: list[str]) -> int:
    from clinic.embedded.site import run_site

    refuse(arguments)
    run_site(dev=False)
    return 0


def dev(arguments: list[str]) -> int:
    from clinic.embedded.site import run_site

    refuse(arguments)
    run_site(dev=True)
    return 0


# What no pure test asks for, and what each of five hundred of them would pay for.
NOT_FOR_PURE_TESTS = ["-p", "no:logging", "-p", "no:unittest", "-p", "no:doctest"]


def test(arguments: list[str]) -> int:
    if "--pure" in arguments:
        return pytest(*NOT_FOR_PURE_TESTS, *arguments)
    chosen = any(argument.startswith("-m") for argument in arguments)
    return pytest(*([] if chosen else ["-m", "not full"]), *arguments)


def pytest(*arguments: str) -> int:
    os.chdir(ROOT)
    command = [sys.executable, "-m", "pytest", "-p", "clinic.embedded.pytest_plugin", *arguments]
    os.execv(sys.executable, command)  # noqa: S606 - so that pytest itself gets the Ctrl-C


def faults(arguments: list[str]) -> int:
    """The full sizes of what `test` runs small; -s, so that each scenario's figures are seen as it ends."""
    return pytest("-m", "full", "-s", "-v", *arguments)


def check(arguments: list[str]) -> int:
    from clinic.embedded.checks import run_checks

    refuse(arguments)
    return run_checks()


def manage(arguments: list[str]) -> int:
    from clinic.embedded.commands import run_manage

    return run_manage(arguments)


def lock(arguments: list[str]) -> int:
    from clinic.embedded.lockfile import write_lock

    write_lock(arguments)
    return 0


def bench(arguments: list[str]) -> int:
    from clinic.embedded.bench import run_bench

    return run_bench(arguments)


def later(_arguments: list[str]) -> int:
    raise Failed("This verb comes in a later step.")


VERBS: dict[str, Verb] = {
    "": site,
    "dev": dev,
    "test": test,
    "check": check,
    "manage": manage,
    "lock": lock,
    "faults": faults,
    "bench": bench,
    "face": later,
}


def run_verb(words: list[str]) -> int:
    name, arguments = (words[0], words[1:]) if words else ("", [])
    if name not in VERBS:
        raise Failed(
            f"./run knows no {name!r}; it knows {', '.join(filter(None, VERBS))}, and ./run alone starts the site."
        )
    return VERBS[name](arguments)


def refuse(arguments: list[str]) -> None:
    if arguments:
        raise Failed(f"This verb takes no arguments, and got {' '.join(arguments)!r}.")

"""`./run check`: everything that can be said about the code without running its tests."""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from clinic.embedded.environment import environment
from clinic.embedded.lockfile import is_up_to_date
from clinic.embedded.processes import ROOT
from clinic.embedded.servers import throw_away_servers
from clinic.embedded.speech import say

# What a real site would be told, so that `check --deploy` judges production and not an embedded run.
PRODUCTION = {
    "SITE_URL": "https://clinic.example",
    "ALLOWED_HOSTS": "clinic.example",
    "EMAIL_URL": "smtp://user:pass@mail.example:587",
    "FROM_EMAIL": "Clinic <clinic@clinic.example>",
    "REPLY_TO": "clinic@clinic.example",
    "BOUNCE_ADDRESS": "bounces@clinic.example",
    "STAFF_ALERT_EMAIL": "staff@clinic.example",
    "TRUSTED_PROXY_COUNT": "1",
}


PYTEST_PLUGIN = "clinic.embedded.pytest_plugin"
# What may import what, and whatever else names the rooms.
PLAN = ["tests/test_architecture.py", "tests/test_lists_of_rooms.py"]


@dataclass(frozen=True)
class Check:
    name: str
    command: list[str]
    env: dict[str, str] = field(default_factory=dict)


# Markers of a conflict count, whatever else git takes for wrong about white space does not. Against the empty tree.
WITHOUT_SPACES = "core.whitespace=-blank-at-eol,-space-before-tab,-blank-at-eof"
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


def checks() -> Iterator[Check]:
    if (ROOT / ".git").exists():
        # Templates and styles are read by nothing below.
        yield Check("no conflict left", ["git", "-c", WITHOUT_SPACES, "diff", "--check", EMPTY_TREE])
    yield python("ruff check", "ruff", "check")
    yield python("ruff format", "ruff", "format", "--check")
    templates = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html"))
    if templates:
        djade = str(Path(sys.executable).with_name("djade"))
        yield Check("djade", [djade, "--check", *templates])
    yield python("mypy", "mypy")
    yield python("architecture", "pytest", "-q", "-p", PYTEST_PLUGIN, "--pure", *PLAN)
    deploy = ["check", "--deploy", "--fail-level", "WARNING"]
    yield Check("check --deploy", [sys.executable, "manage.py", *deploy], PRODUCTION)
    yield Check("no missing migrations", [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"])
    yield python("migrations beside a site that serves", "clinic.embedded.migration_lint")


def python(name: str, module: str, *arguments: str) -> Check:
    return Check(name, [sys.executable, "-m", module, *arguments])


def run_checks() -> int:
    with throw_away_servers() as (folder, servers):
        env = environment(folder, servers)
        passed = [passes(check, env) for check in checks()]
    passed.append(lock_is_up_to_date())
    return 0 if all(passed) else 1


def passes(check: Check, env: dict[str, str]) -> bool:
    started = time.monotonic()
    ran = subprocess.run(
        check.command,
        cwd=ROOT,
        env={**env, **check.env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    report(check.name, ran.returncode == 0, time.monotonic() - started)
    if ran.returncode != 0:
        say(ran.stdout.rstrip())
    return ran.returncode == 0


def lock_is_up_to_date() -> bool:
    fresh = is_up_to_date()
    report("lock up to date", fresh, 0)
    if not fresh:
        say("pyproject.toml asks for other packages than requirements.lock was made for; run ./run lock.")
    return fresh


def report(name: str, passed: bool, seconds: float) -> None:
    say(f"{'ok    ' if passed else 'FAILED'}  {name} ({seconds:.1f} s)")

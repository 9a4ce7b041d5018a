"""The locks: made from pyproject.toml, and able to say so without a network.

requirements.lock is what ./run installs; requirements.production.lock is the same without what only development and
tests need, and what the Dockerfile installs.
"""

import hashlib
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

from clinic.embedded.errors import Failed
from clinic.embedded.processes import ROOT
from clinic.embedded.speech import say

PYPROJECT = ROOT / "pyproject.toml"
LOCK = ROOT / "requirements.lock"
PRODUCTION_LOCK = ROOT / "requirements.production.lock"
# No address of a package index may stand in this repository: whoever installs brings their own.
COMPILE = [
    *("pip", "compile", "--quiet", "--universal", "--generate-hashes", "-p", "3.11"),
    *("--no-emit-index-url", "--no-emit-find-links", "--no-header"),
]
DEVELOPMENT = ["--group", "dev"]


def first_line(pyproject: Path = PYPROJECT) -> str:
    return f"# made from pyproject.toml, sha256 of its dependencies {dependencies_sha256(pyproject)}\n"


def dependencies_sha256(pyproject: Path) -> str:
    project = tomllib.loads(pyproject.read_text())
    wanted = [project["project"]["dependencies"], project["dependency-groups"]]
    return hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()


def is_up_to_date() -> bool:
    return all(lock.exists() and lock.read_text().startswith(first_line()) for lock in (LOCK, PRODUCTION_LOCK))


def write_lock(options: list[str]) -> None:
    """Keeps the versions that still fit; `--upgrade` takes the newest."""
    write(LOCK, [*DEVELOPMENT, *options], versions_of=LOCK)
    # What was tested is what is installed: the second lock takes its versions from the first, whatever the options.
    write(PRODUCTION_LOCK, [], versions_of=LOCK)
    say(f"{LOCK.name} and {PRODUCTION_LOCK.name} are written; the next ./run installs the first.")


def write(lock: Path, options: list[str], *, versions_of: Path) -> None:
    new = lock.with_name("requirements.new.lock")
    new.write_text(versions_of.read_text() if versions_of.exists() else "")
    try:
        compile_into(new, options)
        new.write_text(first_line() + new.read_text().removeprefix(first_line()))
        new.replace(lock)
    finally:
        new.unlink(missing_ok=True)


def compile_into(new: Path, options: list[str]) -> None:
    command = [sys.executable, "-m", "uv", *COMPILE, *options, "pyproject.toml", "-o", new.name]
    made = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise Failed(f"uv could not make the lock: {made.stderr.strip()}")
    if "://" in new.read_text():
        raise Failed("The new lock holds an address; it was not taken over.")

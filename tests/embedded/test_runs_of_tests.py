"""`./run test` as a whole, in processes of its own."""

import re
import subprocess
import time
from pathlib import Path

import pytest

from tests.embedded.site import ROOT, Site

SERVERS = {"postgres", "valkey-server"}
# The pure ones when this was written were more than 500.
PURE_AT_LEAST = 400

BROKEN_ON_THE_WAY = """
import pytest
from django.db import connection


def ask(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(1, func_only=True)
def test_1_that_meets_its_time_limit():
    ask("SELECT pg_sleep(60)")


@pytest.mark.django_db(transaction=True)
def test_2_that_works():
    assert ask("SELECT 42") == (42,)


@pytest.mark.django_db(transaction=True)
def test_3_whose_connection_is_ended():
    ask("SELECT pg_terminate_backend(pg_backend_pid())")


@pytest.mark.django_db(transaction=True)
def test_4_that_works():
    assert ask("SELECT count(*) FROM enquiries_lead") == (0,)
"""


def run_tests(folder: Path, text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A run of one file that stands elsewhere, by the settings and with the hooks of all."""
    (folder / "conftest.py").write_text("from tests.conftest import *\n")
    (folder / "test_it.py").write_text(text)
    ours = ("-c", str(ROOT / "pyproject.toml"), "-q", "-p", "no:randomly", "-p", "no:cacheprovider")
    return Site(folder / "data").run("test", *ours, *arguments, str(folder / "test_it.py"))


def outcomes(done: subprocess.CompletedProcess[str]) -> list[str]:
    return re.findall(r"^(PASSED|FAILED) .*::(test_\d)", done.stdout, re.MULTILINE)


def test_what_a_test_breaks_fails_that_test_and_no_other(tmp_path: Path) -> None:
    done = run_tests(tmp_path, BROKEN_ON_THE_WAY, "-rpf")
    assert sorted(outcomes(done), key=lambda found: found[1]) == [
        ("FAILED", "test_1"),
        ("PASSED", "test_2"),
        ("FAILED", "test_3"),
        ("PASSED", "test_4"),
    ], done.stdout


def below(parent: int) -> set[str]:
    """The names of the programs that a process has started, and of theirs."""
    found = subprocess.run(["ps", "-eo", "pid,ppid,comm"], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in found.splitlines()[1:]]
    family, names = {parent}, set()
    # Parents are listed before their children.
    for pid, ppid, name in rows:
        if int(ppid) in family:
            family.add(int(pid))
            names.add(name)
    return names


# Each of them, with what a machine that is busy elsewhere adds.
@pytest.mark.timeout(400)
def test_pure_tests_are_many_and_start_no_server(tmp_path: Path) -> None:
    site = Site(tmp_path / "data", verb="test")
    site.verb.extend(["--pure", "-q", "-p", "no:cacheprovider"])
    site.start_without_waiting()
    started: set[str] = set()
    while site.is_running and site.process:
        started |= below(site.process.pid)
        time.sleep(0.2)
    assert not started & SERVERS
    [passed] = re.findall(r"(\d+) passed", site.output)
    assert int(passed) >= PURE_AT_LEAST, site.output


PURE = "import pytest\nfrom enquiries.models import Lead\n\npytestmark = pytest.mark.pure\n\n\n"


def test_a_pure_test_that_asks_for_a_database_is_told_so_in_a_sentence(tmp_path: Path) -> None:
    done = run_tests(tmp_path, f"{PURE}def test_1(db):\n    pass\n", "--pure")
    assert done.returncode != 0
    assert "test_1 is marked pure and asks for a database; move it, or unmark it." in done.stderr


def test_a_pure_test_that_reads_the_database_unasked_fails(tmp_path: Path) -> None:
    done = run_tests(tmp_path, f"{PURE}def test_1():\n    Lead.objects.count()\n", "--pure")
    assert "Database access not allowed" in done.stdout
    assert "1 failed" in done.stdout

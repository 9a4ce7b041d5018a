import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic.embedded.kept_tables import lay_out
from clinic.embedded.processes import ROOT, Process, Program
from clinic.embedded.pytest_plugin import GIVEN
from clinic.embedded.servers import throw_away_servers
from clinic.embedded.speech import say
from tests.embedded.site import free_port

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
# What starts sites and servers of its own would not be behind this one.
LEFT_OUT = [f"--ignore=tests/{folder}" for folder in ("browser", "embedded", "faults", "production")]
# They cut sessions, and behind pgbouncer their next transaction may be given one of those.
CUT_SESSIONS = [
    "tests/mailings/test_deliver_mail.py::test_it_goes_on_after_the_database_was_away",
    "tests/clinic/test_health_checks.py::test_a_form_is_taken_though_postgres_has_just_ended_its_connection",
    "tests/desk/test_export_list.py::"
    "test_the_record_says_how_many_went_out_also_when_postgres_ended_the_connection_meanwhile",
]
# It counts what Postgres reads, which is the same from here.
COUNTS_BLOCKS = "--ignore=tests/desk/test_find_at_scale.py"
# Back over two hundred migrations and forth again is a minute of Python; test_one_migration_back does the same.
FAR_BACK = "--ignore=tests/clinic/test_mails_of_the_version_before.py"
IN_PROCESS = ["-m", "not (stack or browser or nginx or pgbouncer or full)", *LEFT_OUT, COUNTS_BLOCKS, FAR_BACK]
IN_PROCESS += [f"--deselect={test}" for test in CUT_SESSIONS]
# {sockets}: where Postgres is. Each transaction gets another server connection than the one before, so that whatever
# that one left behind in its session is missed, as it would be now and then with many clients.
SETTINGS = """
[databases]
* = host={sockets} user=clinic
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
max_client_conn = 200
default_pool_size = 40
server_round_robin = 1
min_pool_size = 4
"""


@pytest.fixture
def pgbouncer(tmp_path: Path) -> Iterator[str]:
    if not PGBOUNCER:
        assert not os.environ.get("CI"), "CI has no pgbouncer"
        pytest.skip("pgbouncer is not installed")
    with throw_away_servers(lay_out=lay_out) as (folder, _servers):
        port = free_port()
        settings = folder.path / "pgbouncer.ini"
        settings.write_text(SETTINGS.format(sockets=folder.sockets, port=port))
        # It refuses to run as root, as Postgres does.
        program = Program(
            name="pgbouncer",
            command=[PGBOUNCER, str(settings)],
            log=folder.log("pgbouncer"),
            stop_with=signal.SIGINT,
            without_root=True,
        )
        process = Process(program)
        try:
            yield f"postgresql://clinic@127.0.0.1:{port}/clinic"
        finally:
            process.stop()


def run_suite(database_url: str, *arguments: str) -> int:
    """How many passed. -n 2, and no database dropped at the end, to which pgbouncer still holds connections."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--reuse-db", *IN_PROCESS, *arguments]
    began = time.monotonic()
    ran = subprocess.run(
        command, cwd=ROOT, env={**inherited, GIVEN: database_url}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout[-10_000:] + ran.stderr[-3000:]
    last_line = ran.stdout.strip().splitlines()[-1]
    say(f"behind pgbouncer: {last_line} ({time.monotonic() - began:.0f} s in all)")
    passed = re.search(r"(\d+) passed", last_line)
    return int(passed[1]) if passed else 0


@pytest.mark.pgbouncer
@pytest.mark.timeout(600)
def test_whatever_has_transactions_of_its_own_passes_behind_pgbouncer(pgbouncer: str) -> None:
    assert run_suite(pgbouncer, "-p", "tests.production.only_transactional") > 20


@pytest.mark.pgbouncer
@pytest.mark.full
@pytest.mark.timeout(1800)
def test_the_whole_suite_passes_behind_pgbouncer(pgbouncer: str) -> None:
    assert run_suite(pgbouncer) > 1000

import contextlib
import json
import os
import signal
import stat
import time

import pytest

from tests.embedded.site import Site, with_tables

pytestmark = [pytest.mark.stack, pytest.mark.timeout(180)]

MAKE_A_ROW = (
    "from django.db import connection as c; c.cursor().execute('CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS n')"
)
READ_THE_ROW = (
    "from django.db import connection as c; x = c.cursor(); x.execute('SELECT n FROM kept'); print(x.fetchone())"
)


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site") / "data")
    yield site
    site.interrupt()


@pytest.fixture
def site(shared_site):
    return shared_site if shared_site.is_running else shared_site.start()


def test_ready_is_followed_by_where_the_staff_pages_and_the_mail_are(site):
    lines = site.output.splitlines()
    after = lines[lines.index(f"READY {site.url}/") :]
    assert any(f"{site.url}/admin/" in line for line in after)
    assert any(f"{site.data_dir}/mail/" in line for line in after)


def test_generated_secrets_are_for_this_user_only(site):
    secrets = site.data_dir / "secrets.json"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    assert set(json.loads(secrets.read_text())) == {"SECRET_KEY", "HASH_KEY", "WEBHOOK_SECRET"}


def test_second_start_on_a_data_folder_is_refused_with_one_sentence(site):
    second = Site(site.data_dir).run()
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert str(site.data_dir) in second.stderr
    assert site.get() == 200


def test_taken_port_is_one_sentence(site, tmp_path):
    second = Site(tmp_path / "other", port=site.port).run()
    assert second.returncode == 1
    assert (second.stdout, second.stderr.count("\n")) == ("", 1)
    assert f"Port {site.port} is taken" in second.stderr


@pytest.mark.parametrize(
    ("name", "words"),
    [("worker", ["celery", "worker"]), ("beat", ["celery", "beat"]), ("web", ["granian"])],
)
def test_killed_program_comes_back_with_a_line(site, name, words):
    killed = site.pid_of(*words)
    with comes_back(site, name):
        os.kill(killed, signal.SIGKILL)
    assert site.pid_of(*words) != killed


def test_killed_postgres_comes_back_with_its_data(site):
    site.manage("shell", "-c", MAKE_A_ROW)
    with comes_back(site, "postgres"):
        os.kill(int((site.data_dir / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    assert "(42,)" in site.manage("shell", "-c", READ_THE_ROW).stdout


def test_killed_valkey_comes_back_with_a_line(site):
    with comes_back(site, "valkey"):
        os.kill(next(pid for pid in site.processes() if "valkey-server" in name_of(pid)), signal.SIGKILL)


@contextlib.contextmanager
def comes_back(site, name):
    before = len(site.output)
    yield
    wait_until(lambda: f"{name} was killed by SIGKILL; starting it again" in site.output[before:])
    wait_until(lambda: f"{name} is started again" in site.output[before:])
    wait_until(lambda: answers(site))


def wait_until(happened, seconds=15):
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def answers(site):
    with contextlib.suppress(OSError):
        return site.get("/readyz") == 200
    return False


def name_of(pid):
    with open(f"/proc/{pid}/comm") as name:
        return name.read()


def test_manage_uses_the_servers_of_the_running_site(site):
    before = site.pid_of("celery", "worker")
    told = site.manage("shell", "-c", "from django.conf import settings as s; print(s.DATABASES, s.SITE_URL)")
    assert str(site.data_dir / "sockets") in told.stdout or "/clinic-" in told.stdout
    assert site.url in told.stdout
    assert site.pid_of("celery", "worker") == before


def test_manage_alone_brings_its_servers_passes_input_and_exit_code_and_leaves_nothing(tmp_path):
    alone = Site(tmp_path / "data")
    told = alone.manage("shell", text="import sys; print('heard', sys.stdin is not None); sys.exit(7)\n")
    assert told.returncode == 7, told.stderr
    assert "heard" in told.stdout
    assert alone.processes() == []


def test_ctrl_c_stops_everything(site):
    site.get()
    assert site.interrupt() == 0
    assert site.processes() == []


def test_sigterm_during_the_start_stops_everything(tmp_path):
    site = Site(tmp_path / "data")
    site.start_without_waiting()
    site.wait_for("Bringing the database up to date")
    assert site.interrupt(signal.SIGTERM) == 0
    assert site.processes() == []


def test_after_kill_9_the_next_start_has_the_same_data(site):
    site.manage("shell", "-c", MAKE_A_ROW)
    secrets = (site.data_dir / "secrets.json").read_text()
    site.kill()
    site.start()
    assert "(42,)" in site.manage("shell", "-c", READ_THE_ROW).stdout
    assert (site.data_dir / "secrets.json").read_text() == secrets


def test_processes_that_outlived_their_parents_do_not_block_the_next_start(site):
    os.kill(site.pid_of("granian"), signal.SIGKILL)
    site.kill()
    site.start()
    assert site.get() == 200


def test_kill_9_leaves_no_process_even_without_another_start(site):
    site.kill()
    wait_until(lambda: site.processes() == [])


def test_two_runs_live_side_by_side_and_a_mail_password_is_never_printed(site, tmp_path):
    with Site(with_tables(tmp_path / "other"), verb="dev", EMAIL_URL="smtp://user:s3cret@127.0.0.1:2525") as other:
        assert (site.get(), other.get()) == (200, 200)
        assert "127.0.0.1" in other.output.split("Staff pages")[1].split("Mail")[1]
        assert "s3cret" not in other.output
    assert other.processes() == []


def test_failed_migration_is_a_sentence_with_the_end_of_its_log(tmp_path):
    site = Site(tmp_path / "data", DATABASE_URL="postgresql://nobody@127.0.0.1:9/none")
    failed = site.run()
    assert failed.returncode == 1
    assert "preparation exited with code 1. The end of" in failed.stderr
    assert "migrate failed" in failed.stderr
    assert site.processes() == []

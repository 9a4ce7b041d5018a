"""The restore drill: a site with data, its backup, a new server, and the site on that."""

import email
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from email import policy
from pathlib import Path
from subprocess import PIPE
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import psycopg
import pytest

from clinic.backups import NOT_KEPT, BackupFailed, candidates, find_program, forget_old, make_backup, version_of
from clinic.embedded.folder import DataFolder
from clinic.embedded.postgres import Postgres, binary
from clinic.embedded.processes import ROOT
from clinic.embedded.servers import start_postgres
from clinic.embedded.supervisor import Supervisor
from tests.production.web import Web

ROLES = ROOT / "clinic" / "production" / "postgres" / "roles.sql"
# Signs that a shell, an address and SQL would each read in their own way.
OWNER_PASSWORD, APP_PASSWORD = 'owner\'s $HOME \\ "x"', "app's; -- %41@/"
# Hashed names of static files have nothing to do with data.
PLAIN = {"FORM_LIMITS": "off", "DJANGO_SETTINGS_MODULE": "tests.faults.settings"}
FORM = {
    "name": "Zoë O'Brien & Sons",
    "consent_packet": "on",
    "consent_contact": "on",
    "consent_newsletter": "on",
    "message": "Ünïcode \\ \" '",
}
TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"


def post(web: Web, address: str) -> None:
    data = urlencode({**FORM, "email": address}).encode()
    with urlopen(f"http://127.0.0.1:{web.port}/information-packet/", data, timeout=20) as response:
        assert response.url.endswith("/information-packet/thanks/")


def rows(url: str) -> dict[str, tuple[int, str]]:
    """Of each table, how many rows it holds and a hash of them all."""
    with psycopg.connect(url) as connection:
        tables = [name for (name,) in connection.execute(TABLES)]
        return {table: hashed(connection, table) for table in tables}


def hashed(connection: psycopg.Connection, table: str) -> tuple[int, str]:
    digest = hashlib.sha256()
    found = connection.execute(f'SELECT t::text FROM "{table}" AS t ORDER BY 1').fetchall()
    for (row,) in found:
        digest.update(row.encode() + b"\n")
    return len(found), digest.hexdigest()


def rules(url: str) -> list[str]:
    """Everything that Postgres itself refuses by, in its own words."""
    query = """
        SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        ORDER BY 1"""
    with psycopg.connect(url) as connection:
        # A rule that was read in again has more brackets and casts around the same words.
        return sorted(re.sub(r"::[a-z ]+|[()\[\]\s]", "", rule) for (rule,) in connection.execute(query))


def link_in_mails(folder: Path, path: str) -> str:
    for file in sorted(folder.glob("*.eml")):
        message = email.message_from_bytes(file.read_bytes(), policy=policy.default)
        if found := re.search(rf"http://[^\s]+?({path}[^\s/]+/)", message.get_body(("plain",)).get_content()):
            return found[1]
    raise AssertionError(f"no mail links to {path}")


def make_roles(url: str, secrets: Path) -> dict[str, str]:
    """What docker-compose.yml and docs/deploying.md do with a new database; returns the addresses of both roles."""
    passwords = {"owner": OWNER_PASSWORD, "app": APP_PASSWORD}
    for role, password in passwords.items():
        (secrets / f"database_{role}_password").write_text(password + "\n")
    env = {**os.environ, "SECRETS": str(secrets)}
    ran = subprocess.run([binary("psql"), "-q", "-d", url, "-f", ROLES], env=env, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return {role: url.replace("clinic@", f"clinic_{role}@") for role in passwords}


def restore(file: Path, url: str) -> None:
    """As docs/deploying.md has it, by the superuser."""
    page = (ROOT / "docs" / "deploying.md").read_text()
    [options] = {tuple(found.split()) for found in re.findall(r"pg_restore --dbname=clinic (--[-=a-z_ ]+?) <", page)}
    ran = subprocess.run([binary("pg_restore"), *options, "-d", url, file], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


@pytest.fixture
def new_server(tmp_path: Path) -> Iterator[Callable[[str], dict[str, str]]]:
    """Starts a PostgreSQL with nothing in it but the two roles, and returns their addresses."""
    with ExitStack() as running:

        def start(name: str) -> dict[str, str]:
            folder = DataFolder(tmp_path / name)
            running.callback(shutil.rmtree, folder.sockets, ignore_errors=True)
            running.enter_context(folder.locked())
            supervisor = running.enter_context(Supervisor(folder))
            return make_roles(start_postgres(supervisor, Postgres(folder, throw_away=True)), tmp_path)

        yield start


# Two servers are set up from nothing, each migrated and filled.
@pytest.mark.timeout(300)
def test_a_backup_becomes_the_same_site_on_a_new_server(
    tmp_path: Path, new_server: Callable[[str], dict[str, str]]
) -> None:
    here = new_server("here")
    Web(tmp_path / "first", here["owner"], **PLAIN).prepare()
    with Web(tmp_path / "first", here["app"], **PLAIN) as first:
        for number in range(20):
            post(first, f"zoe.{number}@example.com")
        first.manage("deliver_mail")
        first.manage("erase_person", "zoe.7@example.com")
        packet = link_in_mails(first.folder.mail, "/packet/")
        confirm = link_in_mails(first.folder.mail, "/newsletter/confirm/")
    with psycopg.connect(here["app"]) as connection:
        for table in NOT_KEPT:
            connection.execute(f"INSERT INTO {table} VALUES ('key', 'data', now())")
    before = rows(here["app"])
    file = tmp_path / "backups" / "clinic.dump"
    # As the role that may only read and write rows.
    assert str(file) in first.manage("backup", "--to", str(file))
    assert file.stat().st_mode & 0o777 == 0o600
    assert rows(here["app"])["clinic_auditevent"][0] == before["clinic_auditevent"][0] + 1
    # Of which /metrics tells.
    assert rows(here["app"])["clinic_jobtick"][0] == before["clinic_jobtick"][0] + 1

    there = new_server("there")
    restore(file, there["owner"].replace("clinic_owner@", "clinic@"))
    after = rows(there["app"])
    assert after == {**before, **{table: after[table] for table in NOT_KEPT}}
    assert [after[table][0] for table in NOT_KEPT] == [0, 0]
    # Else the hashes would show nothing.
    for table in ("enquiries_lead", "enquiries_enquiry", "mailings_outgoingemail", "articles_article"):
        assert after[table][0] > 4
    assert rules(there["app"]) == rules(here["app"])

    with Web(tmp_path / "second", there["app"], **PLAIN) as second:
        post(second, "new@example.com")
        for path in ("/", "/research/", packet, confirm):
            with urlopen(f"http://127.0.0.1:{second.port}{path}", timeout=20) as response:
                assert response.status == 200
        with urlopen(Request(f"http://127.0.0.1:{second.port}{packet}", method="POST"), timeout=20) as response:
            assert response.read(5) == b"%PDF-"
        second.manage("erase_person", "zoe.8@example.com")
    assert rows(there["app"])["enquiries_lead"][0] == after["enquiries_lead"][0] + 1
    audit_stays_as_it_is(there["app"])
    # The next upgrade finds tables that are its own.
    Web(tmp_path / "second", there["owner"], **PLAIN).prepare()


def audit_stays_as_it_is(url: str) -> None:
    for statement in (
        "UPDATE clinic_auditevent SET about = 'nothing'",
        "DELETE FROM clinic_auditevent",
        "TRUNCATE clinic_auditevent",
        "ALTER TABLE clinic_auditevent DISABLE TRIGGER ALL",
        "DROP TRIGGER auditevent_append_only ON clinic_auditevent",
        "SET session_replication_role = replica",
        "CREATE TABLE anything (id int)",
    ):
        with psycopg.connect(url) as connection, pytest.raises(psycopg.Error) as refused:
            connection.execute(statement)
        assert refused.value.sqlstate in ("23000", "42501"), statement


def test_the_password_stands_on_no_command_line_and_in_no_message(tmp_path: Path, monkeypatch, db) -> None:
    seen = tmp_path / "seen"
    fake = tmp_path / "pg_dump"
    fake.write_text(
        f"#!{sys.executable}\nimport os, sys\n"
        "if '--version' in sys.argv: print('pg_dump (PostgreSQL) 99.0'); sys.exit()\n"
        f"open({str(seen)!r}, 'w').write(repr((sys.argv, os.environ.get('PGPASSWORD'), os.environ['PGDATABASE'])))\n"
        "sys.exit('could not connect')\n"
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    env = {**os.environ, "DATABASE_URL": os.environ["DATABASE_URL"].replace("clinic@", "clinic:hunter2canary@")}
    command = [sys.executable, "manage.py", "backup", "--to", str(tmp_path / "x.dump")]
    ran = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "CommandError: pg_dump failed, and no backup was made: could not connect" in ran.stderr
    assert "hunter2canary" not in ran.stdout + ran.stderr
    arguments, password, name = eval(seen.read_text())
    assert "hunter2canary" not in " ".join(arguments)
    assert (password, name) == ("hunter2canary", "clinic")
    assert list(tmp_path.glob("x.dump*")) == []


def test_a_pg_dump_that_cannot_read_this_server_is_refused_by_name(tmp_path: Path, monkeypatch, db) -> None:
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 15.4 (Debian)'\n")
    old.chmod(0o755)
    assert version_of(str(old)) == 15
    monkeypatch.setattr("clinic.backups.candidates", lambda name: iter([str(old)]))
    with pytest.raises(BackupFailed, match="pg_dump 15 is older than the server, which is PostgreSQL 18"):
        find_program("pg_dump")
    monkeypatch.setattr("clinic.backups.candidates", lambda name: iter([]))
    with pytest.raises(BackupFailed, match="pg_dump was not found"):
        find_program("pg_dump")


def test_programs_are_found_off_the_path_too(monkeypatch, db) -> None:
    monkeypatch.setenv("PATH", "")
    assert binary("pg_dump") in candidates("pg_dump")
    assert version_of(find_program("pg_restore")) >= 18


def with_files(folder: Path, names: list[str], *, days_old: float) -> None:
    for name in names:
        (folder / name).touch()
        changed_at = time.time() - days_old * 24 * 3600
        os.utime(folder / name, (changed_at, changed_at))


def names_in(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


NIGHTS = [f"clinic-202603{day:02}T031700Z.dump" for day in range(1, 8)]


def test_old_backups_go_and_other_files_stay(tmp_path: Path) -> None:
    others = [*NIGHTS, "clinic-before-the-move.dump", "notes.txt"]
    with_files(tmp_path, ["clinic-20260101T031700Z.dump", "clinic-20260102T031700Z.dump"], days_old=60)
    with_files(tmp_path, NIGHTS, days_old=1)
    with_files(tmp_path, others[7:], days_old=600)
    assert forget_old(tmp_path, days=35) == 2
    assert names_in(tmp_path) == set(others)


def test_a_clock_that_ran_ahead_for_a_night_leaves_the_backups_of_a_week(tmp_path: Path) -> None:
    with_files(tmp_path, NIGHTS, days_old=4000)
    with_files(tmp_path, ["clinic-20370301T031700Z.dump"], days_old=0)
    assert forget_old(tmp_path, days=35) == 1
    assert len(names_in(tmp_path)) == 7


def test_what_a_killed_backup_left_goes_with_the_next_and_what_is_being_written_stays(tmp_path: Path, db) -> None:
    left, held = (tmp_path / f"clinic-2026030{day}T031700Z.dump.part" for day in (1, 2))
    left.write_bytes(b"half of the people")
    # As another backup, which goes on in its own process.
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(held)], stdin=PIPE, stdout=PIPE)
    try:
        assert writer.stdout
        assert writer.stdout.read(1) == b"."
        make_backup(tmp_path / "clinic-20260303T031700Z.dump")
        assert names_in(tmp_path) == {held.name, "clinic-20260303T031700Z.dump"}
    finally:
        writer.kill()
        writer.communicate()
    # Killed, it holds nothing.
    make_backup(tmp_path / "clinic-20260304T031700Z.dump")
    assert not held.exists()


WRITER = """
import sys
from pathlib import Path
from clinic.backups import being_written
with being_written(Path(sys.argv[1])):
    print(".", end="", flush=True)
    sys.stdin.read()
"""

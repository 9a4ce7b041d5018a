import sys
import time

import pytest

from clinic.embedded.environment import environment, where_mail_goes
from clinic.embedded.errors import Failed, InUse
from clinic.embedded.folder import DataFolder
from clinic.embedded.generated import generated_secrets
from clinic.embedded.leftovers import started_at
from clinic.embedded.lockfile import first_line
from clinic.embedded.processes import Program
from clinic.embedded.supervisor import Kept, Supervisor


@pytest.fixture
def folder(tmp_path):
    return DataFolder(tmp_path / "data")


@pytest.fixture
def plain_shell(monkeypatch):
    for name in ("SECRET_KEY", "HASH_KEY", "WEBHOOK_SECRET", "EMAIL_URL", "PORT"):
        monkeypatch.delenv(name, raising=False)


def python(folder, code):
    return Program(name="worker", command=[sys.executable, "-c", code], log=folder.log("child"))


def test_pause_before_a_new_start_doubles_up_to_five_seconds(folder):
    child = Kept(python(folder, ""), prepare=lambda: None)
    child.process.popen.wait()
    pauses = []
    for _ in range(6):
        pauses.append(child.pause)
        child.note_death()
    assert pauses == [0.5, 1, 2, 4, 5, 5]


def test_half_a_minute_of_health_makes_the_pause_small_again(folder):
    child = Kept(python(folder, ""), prepare=lambda: None)
    child.process.popen.wait()
    child.pause = 5
    child.process.started -= 31
    child.note_death()
    assert child.pause == 1


def test_child_of_a_dead_child_is_ended_with_it(folder):
    fork = "import os, time; child = os.fork(); print(child, flush=True) if child else time.sleep(60)"
    with Supervisor(folder) as supervisor:
        supervisor.finish(supervisor.begin(python(folder, fork)))
    grandchild = int(folder.log("child").read_text())
    deadline = time.monotonic() + 5
    while started_at(grandchild) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert started_at(grandchild) == ""


def test_program_that_ends_before_it_is_ready_fails_with_the_end_of_its_log(folder):
    with Supervisor(folder) as supervisor, pytest.raises(Failed, match=r"exited with code 3 before .*\n.*no luck"):
        supervisor.keep(python(folder, "print('no luck'); raise SystemExit(3)"), answers=lambda: False)


def test_data_folder_has_one_user_at_a_time(folder):
    with folder.locked(), pytest.raises(InUse), DataFolder(folder.path).locked():
        pass


def test_secrets_are_made_once(folder, plain_shell):
    assert generated_secrets(folder) == generated_secrets(folder)


def test_given_secrets_win_over_generated_ones(folder, plain_shell, monkeypatch):
    generated_secrets(folder)
    monkeypatch.setenv("HASH_KEY", "given")
    monkeypatch.setenv("SECRET_KEY_FILE", "/run/secrets/key")
    env = environment(folder, {})
    assert env["HASH_KEY"] == "given"
    assert "SECRET_KEY" not in env


def test_password_of_the_mail_server_is_not_told(folder, plain_shell, monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "smtp://user:s3cret@mail.example:587")
    assert where_mail_goes(folder) == "Mail is sent through mail.example"


def test_wrong_port_is_a_sentence(folder, plain_shell, monkeypatch):
    monkeypatch.setenv("PORT", "http")
    with pytest.raises(Failed, match="PORT must be a number"):
        environment(folder, {})


def test_lock_says_which_dependencies_it_was_made_from(tmp_path):
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text('[project]\ndependencies = ["django"]\n[dependency-groups]\ndev = []\n')
    before = first_line(pyproject)
    pyproject.write_text('[project]\nname = "x"\ndependencies = ["django"]\n[dependency-groups]\ndev = []\n')
    assert first_line(pyproject) == before
    pyproject.write_text('[project]\ndependencies = ["django>=5"]\n[dependency-groups]\ndev = []\n')
    assert first_line(pyproject) != before

"""docker-compose.yml and Dockerfile against what they speak of. There is no engine here, so each claim is looked up."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml
from celery.bin.beat import beat
from celery.bin.worker import worker
from django.core.management import get_commands, load_command_class
from django.test import Client
from granian.cli import cli as granian

from clinic.embedded.folder import DataFolder
from clinic.embedded.postgres import INITDB, SETTINGS, binary
from clinic.embedded.processes import ROOT
from clinic.embedded.programs import BEAT, CELERY, GRANIAN, WORKER, Site
from clinic.embedded.valkey import SETTINGS as VALKEY

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ["migrate", "web", "worker", "beat", "backup"]
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
NGINX = ROOT / "clinic" / "production" / "nginx"
# What the images of others read.
THEIRS = {
    "postgres": {"POSTGRES_DB", "POSTGRES_PASSWORD_FILE", "POSTGRES_INITDB_ARGS"},
    "nginx": {"SITE_HOST"},
}
each_service = pytest.mark.parametrize("name", SERVICES)
each_of_ours = pytest.mark.parametrize("name", OURS)


def instruction(name: str) -> list[str]:
    return re.findall(rf"^{name} +(.*)$", DOCKERFILE, re.MULTILINE)


def cmd_of_image() -> list[str]:
    [cmd] = instruction("CMD")
    return json.loads(cmd)


def manage_commands(text: str) -> list[list[str]]:
    return [shlex.split(line) for line in re.findall(r"manage\.py ([a-z_]+[^\n`#|<>&;\\]*)", text)]


def assert_is_a_command(words: list[str]) -> None:
    name, *arguments = words
    assert name in get_commands(), f"there is no manage.py {name}"
    found = load_command_class(get_commands()[name], name)
    found.create_parser("manage.py", name).parse_args(arguments)


# -- settings


def names_read() -> set[str]:
    """Every NAME in a call like environment.text("NAME", ...)."""
    reading = r'\b(?:text|secret|words|boolean|number|address|hosts)\(\s*"([A-Z_]+)"'
    sources = [path.read_text() for path in (ROOT / "clinic").rglob("*.py") if "embedded" not in path.parts]
    return {name for source in sources for name in re.findall(reading, source)}


@each_of_ours
def test_every_setting_is_read(name: str) -> None:
    told = {setting.removesuffix("_FILE") for setting in SERVICES[name]["environment"]}
    assert told <= names_read()


# The image has the first two; with an https SITE_URL the next three are refused or had better stay; nginx answers to
# one name.
NOT_ASKED = {"PORT", "DATA_DIR", "DEBUG", "FORM_LIMITS", "REQUIRE_MFA", "ALLOWED_HOSTS"}


def test_each_setting_that_the_readme_lists_can_be_given() -> None:
    section = (ROOT / "README.md").read_text().split("## Settings")[1].split("\n## ")[0]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    listed = {name for cell in cells for name in re.findall(r"`([A-Z_]+)`", cell)}
    told = {setting.removesuffix("_FILE") for name in OURS for setting in SERVICES[name]["environment"]}
    assert "BULK_WARMUP" in listed
    assert listed - told == NOT_ASKED


@pytest.mark.parametrize("name", THEIRS)
def test_other_images_are_told_only_what_they_read(name: str) -> None:
    assert set(SERVICES[name].get("environment", {})) == THEIRS[name]


def test_every_variable_of_the_operator_is_in_the_example() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    example = (ROOT / "clinic" / "production" / "env.example").read_text()
    assert asked == set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))


@pytest.fixture
def operator(tmp_path: Path) -> Path:
    """A folder as it is after the first steps of docs/deploying.md."""
    script = tmp_path / "clinic" / "production" / "make-secrets"
    script.parent.mkdir(parents=True)
    shutil.copy(ROOT / "clinic" / "production" / "make-secrets", script)
    shutil.copy(ROOT / "clinic" / "production" / "env.example", tmp_path / ".env")
    subprocess.run([script], check=True, capture_output=True)
    (tmp_path / "secrets" / "email_url").write_text("smtp://user:password@mail.example:587\n")
    return tmp_path


def test_secrets_are_made_once_and_are_private(operator: Path) -> None:
    secrets = operator / "secrets"
    assert secrets.stat().st_mode & 0o777 == 0o700
    files = [secret["file"].removeprefix("./secrets/") for secret in COMPOSE["secrets"].values()]
    made = {name: (secrets / name).read_text() for name in files}
    # In the container it is another user who reads them.
    assert all((secrets / name).stat().st_mode & 0o004 for name in made)
    # Of a key there are no earlier ones yet.
    assert made.pop("secret_key_fallbacks").strip() == ""
    values = [text.split()[-1] for name, text in made.items() if "url" not in name and "tls" not in name]
    assert len(set(values)) == len(values)
    subprocess.run([operator / "clinic" / "production" / "make-secrets"], check=True, capture_output=True)
    assert {name: (secrets / name).read_text() for name in made} == made


def test_no_secret_is_left_empty_where_openssl_is_missing(operator: Path) -> None:
    shutil.rmtree(operator / "secrets")
    programs = operator / "bin"
    programs.mkdir()
    for name in ("sh", "dirname", "sed", "mkdir", "chmod", "cat"):
        (programs / name).symlink_to(shutil.which(name) or name)
    script = operator / "clinic" / "production" / "make-secrets"
    ran = subprocess.run([script], env={"PATH": str(programs)}, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (1, "openssl is missing, which makes the secrets: apt install openssl\n")
    assert not (operator / "secrets").exists()


@each_of_ours
def test_the_site_starts_with_what_it_is_told(name: str, operator: Path) -> None:
    # As after a change of the key.
    (operator / "secrets" / "secret_key_fallbacks").write_text("the-key-before the-one-before-that\n")
    example = dict(
        line.split("=", 1) for line in (ROOT / "clinic/production/env.example").read_text().splitlines() if "=" in line
    )
    env = {}
    for setting, value in SERVICES[name]["environment"].items():
        filled = re.sub(r"\$\{([A-Z_]+)[^}]*\}", lambda found: example[found[1]], value)
        env[setting] = filled.replace("/run/secrets/", f"{operator}/secrets/")
    code = (
        "from django.conf import settings as s; d = s.DATABASES['default'];"
        "print(s.SITE_URL, s.TRUSTED_PROXY_COUNT, d['USER'], d['HOST'], d['NAME'], s.CELERY_BROKER_URL.split('@')[1],"
        "len(s.SECRET_KEY_FALLBACKS))"
    )
    env |= {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "clinic.settings"}
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    role = "clinic_owner" if name == "migrate" else "clinic_app"
    assert ran.stdout.split() == ["https://clinic.example", "1", role, "postgres", "clinic", "redis:6379/0", "2"]


# -- commands


def test_web_is_what_the_tests_run_but_for_the_outside() -> None:
    program, *options, target = cmd_of_image()
    assert (program, target) == ("granian", "clinic.wsgi:application")
    granian.make_context("granian", [*options, target])
    expected = [word.replace(f"{ROOT}/", "") for word in GRANIAN]
    expected[expected.index("127.0.0.1")] = "0.0.0.0"
    assert options == [*expected, "--port", "8000"]
    assert "command" not in SERVICES["web"]


@pytest.mark.parametrize(("name", "tested", "command"), [("worker", WORKER, worker), ("beat", BEAT, beat)])
def test_celery_is_started_as_in_the_tests(name: str, tested: list[str], command: Any) -> None:
    assert SERVICES[name]["command"] == ["celery", *CELERY, *tested]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in tested if word.startswith("-")} <= known


def test_the_migrate_job_prepares_all_that_a_start_prepares() -> None:
    found = manage_commands(SERVICES["migrate"]["command"][-1])
    assert [words[0] for words in found] == ["migrate", "sync_roles", "load_first_content", "create_first_staff"]
    for words in found:
        assert_is_a_command(words)
    assert SERVICES["migrate"]["command"][:2] == ["sh", "-ec"]


def test_the_backup_is_a_command() -> None:
    [python, script, *words] = SERVICES["backup"]["command"]
    assert (python, script) == ("python", "manage.py")
    assert_is_a_command(words)
    # Where `backup` writes by default, as the image has it.
    assert SERVICES["backup"]["volumes"] == ["./backups:/srv/data/backups"]
    assert "DATA_DIR=/srv/data" in DOCKERFILE


@pytest.mark.parametrize("page", ["docs/deploying.md", "Dockerfile"])
def test_every_command_in_the_docs_exists(page: str) -> None:
    found = manage_commands((ROOT / page).read_text())
    assert found
    for words in found:
        assert_is_a_command([word for word in words if word not in ("\\", "...")])


# -- health, ports, order


def code_of_health_check() -> str:
    [check] = instruction("HEALTHCHECK")
    [python, option, code] = json.loads(check[check.index("CMD ") + 4 :])
    assert (python, option) == ("python", "-c")
    return code


@pytest.mark.parametrize(("healthz", "well"), [(200, True), (500, False)])
def test_a_web_process_that_cannot_reach_postgres_is_asked_and_is_well(healthz: int, well: bool) -> None:
    asked = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(healthz if self.path == "/healthz" else 503)
            self.end_headers()

        def log_message(self, *args: Any) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        code = code_of_health_check().replace(":8000/", f":{server.server_port}/").replace("timeout=2", "timeout=60")
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
        server.shutdown()
    assert (ran.returncode == 0) is well
    assert asked == (["/healthz", "/readyz"] if well else ["/healthz"])


def test_health_is_asked_where_the_site_answers(client: Client) -> None:
    asked = re.findall(r"http://127\.0\.0\.1:(\d+)(/\w+)", code_of_health_check())
    assert [path for _port, path in asked] == ["/healthz", "/readyz"]
    assert client.get("/healthz").status_code == 200
    [port] = {port for port, _path in asked}
    command = cmd_of_image()
    assert port == command[command.index("--port") + 1] == instruction("EXPOSE")[0]
    assert f"server web:{port} resolve" in (NGINX / "compose" / "site.conf.template").read_text()


def test_every_lasting_service_has_a_health_check_or_says_no() -> None:
    lasting = set(SERVICES) - {"migrate", "backup", "mailpit", "web"}
    assert {name for name in lasting if "healthcheck" in SERVICES[name]} == lasting
    assert "healthcheck" not in SERVICES["web"]


def test_only_nginx_is_reachable_and_on_ports_that_it_listens_on() -> None:
    assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["nginx"]
    listening = set(re.findall(r"listen (\d+)\b(?!\.)", (NGINX / "compose" / "site.conf.template").read_text()))
    assert {port.split(":")[1] for port in SERVICES["nginx"]["ports"]} == listening
    alive = SERVICES["nginx"]["healthcheck"]["test"][-1]
    assert alive == "http://127.0.0.1:8081/alive"
    assert "listen 127.0.0.1:8081;" in (NGINX / "compose" / "site.conf.template").read_text()
    assert COMPOSE["networks"]["data"] == {"internal": True}
    assert "data" not in SERVICES["nginx"]["networks"]
    assert SERVICES["postgres"]["networks"] == SERVICES["redis"]["networks"] == ["data"]


def test_each_waits_for_what_it_needs() -> None:
    done, healthy = "service_completed_successfully", "service_healthy"
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"] == {"migrate": {"condition": done}, "redis": {"condition": healthy}}
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": healthy}}
    assert SERVICES["nginx"]["depends_on"] == {"web": {"condition": healthy}}
    # A job that is started again and again would never be complete.
    assert SERVICES["migrate"]["restart"] == SERVICES["backup"]["restart"] == "no"


@each_service
def test_any_number_of_each_may_run(name: str) -> None:
    assert "container_name" not in SERVICES[name]
    assert "hostname" not in SERVICES[name]


def test_mailpit_is_for_development_only() -> None:
    assert [name for name in SERVICES if "dev" in SERVICES[name].get("profiles", [])] == ["mailpit"]
    assert not any("mailpit" in service.get("depends_on", {}) for service in SERVICES.values())


def seconds(text: str) -> float:
    return float(text.removesuffix("s"))


def test_each_has_the_time_to_stop_that_it_needs(tmp_path: Path) -> None:
    site = Site(DataFolder(tmp_path / "data"), {"PORT": "8000"}, dev=False)
    assert seconds(SERVICES["worker"]["stop_grace_period"]) >= site.worker().grace + 5
    patience = int(GRANIAN[GRANIAN.index("--workers-kill-timeout") + 1])
    assert seconds(SERVICES["web"]["stop_grace_period"]) >= patience + 5


# -- Postgres and Redis


def test_postgres_sorts_and_logs_as_in_the_tests() -> None:
    of_people = ("--username", "--auth", "--no-instructions")
    tested = {word for word in INITDB if not word.startswith(of_people)}
    assert set(SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split()) == tested
    command = SERVICES["postgres"]["command"]
    assert {f"--{setting}" for setting in SETTINGS if setting.startswith("log_")} <= set(command)
    assert SERVICES["postgres"]["volumes"][0] == "postgres:/var/lib/postgresql"


def test_postgres_is_the_one_that_the_tests_ran_on() -> None:
    version = subprocess.run([binary("postgres"), "--version"], capture_output=True, text=True, check=True).stdout
    image = f"postgres:{version.split()[-1]}-trixie"
    assert SERVICES["postgres"]["image"] == image
    assert f"{image} AS postgres" in instruction("FROM")


def test_redis_forgets_nothing() -> None:
    command = SERVICES["redis"]["command"]
    options = dict(zip(command[2::2], command[3::2], strict=True))
    assert options["--appendonly"] == "yes"
    assert options["--maxmemory-policy"] == VALKEY["maxmemory-policy"] == "noeviction"
    assert command[1] == "/run/secrets/redis_conf"
    assert SERVICES["redis"]["volumes"] == ["redis:/data"]
    assert options["--dir"] == "/data"


def test_a_log_that_was_archived_before_a_crash_is_no_obstacle_after_it(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "deploying.md").read_text()
    [command] = re.findall(r'"--archive_command=(.+)"\]', page)
    segment = tmp_path / "segment"
    (tmp_path / "wal").mkdir()
    archive = command.replace("%p", str(segment)).replace("/wal/%f", f"{tmp_path}/wal/0001")
    ended = []
    # The second time as Postgres asks which did not hear of the first; the third is another server's.
    for content in ("ours", "ours", "another's"):
        segment.write_text(content)
        ended.append(subprocess.run(["sh", "-c", archive], capture_output=True, check=False).returncode)
    assert (ended[:2], ended[2] > 0) == ([0, 0], True)
    assert (tmp_path / "wal" / "0001").read_text() == "ours"

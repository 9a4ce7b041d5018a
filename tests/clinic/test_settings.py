import os
import subprocess
import sys

import pytest

GOOD = {
    "SECRET_KEY": "s" * 40,
    "HASH_KEY": "h" * 40,
    "DATABASE_URL": "postgresql://clinic@127.0.0.1/clinic",
    "REDIS_URL": "redis://127.0.0.1/0",
    "SITE_URL": "https://clinic.example",
    "EMAIL_URL": "smtp://user:pass@mail.example:587",
    "STAFF_ALERT_EMAIL": "desk@clinic.example",
    "DATA_DIR": "/nonexistent",
}


def load(printed: str = "''", **changes: str | None) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    code = f"from django.conf import settings; settings.DEBUG; print({printed})"
    return subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "clinic.settings", **env},
        capture_output=True,
        text=True,
        check=False,
    )


def test_good_settings_start() -> None:
    assert load().returncode == 0


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"HASH_KEY": None}, "HASH_KEY"),
        ({"DATABASE_URL": None}, "DATABASE_URL"),
        ({"REDIS_URL": None}, "REDIS_URL"),
        ({"EMAIL_URL": None}, "EMAIL_URL"),
        ({"EMAIL_URL": "mail.example:587"}, "EMAIL_URL"),
        ({"SITE_URL": "http://clinic.example"}, "https"),
        ({"SITE_URL": "clinic.example"}, "SITE_URL"),
        ({"SITE_URL": "https://clinic.example/path"}, "SITE_URL"),
        ({"DEBUG": "1"}, "DEBUG"),
        ({"DEBUG": "perhaps"}, "DEBUG"),
        ({"FORM_LIMITS": "off"}, "FORM_LIMITS"),
        ({"FROM_EMAIL": "the clinic"}, "FROM_EMAIL"),
        ({"TRUSTED_PROXY_COUNT": "-1"}, "TRUSTED_PROXY_COUNT"),
        ({"SECRET_KEY": None, "SECRET_KEY_FILE": "/nonexistent"}, "SECRET_KEY_FILE"),
        ({"DATABASE_URL": "sqlite:///db.sqlite3"}, "DATABASE_URL"),
        ({"DATABASE_URL": "mysql://127.0.0.1/clinic"}, "DATABASE_URL"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://a@b:abc/c"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://a@b:99999/c"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://a@[b/c"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://a@b"}, "DATABASE_URL"),
        ({"REDIS_URL": "amqp://127.0.0.1"}, "REDIS_URL"),
        ({"REDIS_URL": "memory://"}, "REDIS_URL"),
        ({"REDIS_URL": "127.0.0.1:6379"}, "REDIS_URL"),
        ({"REDIS_URL": "redis://127.0.0.1:abc/0"}, "REDIS_URL"),
        ({"EMAIL_URL": "smtp://user:pass@mail.example:abc"}, "EMAIL_URL"),
        ({"EMAIL_URL": "smtp://user:pass@mail.example:99999"}, "EMAIL_URL"),
        ({"EMAIL_URL": "smtp://user:pass@[mail.example"}, "EMAIL_URL"),
        ({"SITE_URL": "https://clinic.example?a=b"}, "SITE_URL"),
        ({"SITE_URL": "https://clinic.example#part"}, "SITE_URL"),
        ({"SITE_URL": "https://clinic.example:abc"}, "SITE_URL"),
        ({"SITE_URL": "https://clinic.example:99999"}, "SITE_URL"),
        ({"SITE_URL": "https://[clinic.example"}, "SITE_URL"),
        ({"SITE_URL": "https://user@clinic.example"}, "SITE_URL"),
        ({"ALLOWED_HOSTS": "www.clinic.example 127.0.0.1"}, "ALLOWED_HOSTS"),
        ({"HASH_KEY": "s" * 40}, "HASH_KEY"),
        ({"STAFF_ALERT_EMAIL": None}, "STAFF_ALERT_EMAIL"),
        ({"PORT": "²", "SITE_URL": None}, "PORT"),
        ({"PORT": "99999", "SITE_URL": None}, "PORT"),
        ({"TRUSTED_PROXY_COUNT": "²"}, "TRUSTED_PROXY_COUNT"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_sentence_that_names_it(
    changes: dict[str, str | None], named: str
) -> None:
    result = load(**changes)
    assert result.returncode != 0
    assert named in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert "pass" not in result.stderr.replace(":password@", "")


@pytest.mark.parametrize(
    "changes",
    [
        {"DATABASE_URL": "postgres://clinic:p%40ss@127.0.0.1:5432/clinic"},
        {"DATABASE_URL": "postgresql://clinic@/clinic?host=/tmp/a%20folder"},
        {"REDIS_URL": "rediss://:pass@redis.example:6380/1"},
        {"REDIS_URL": "redis+socket:///tmp/valkey"},
        {"ALLOWED_HOSTS": ".clinic.example"},
        {"ALLOWED_HOSTS": "www.clinic.example, clinic.example"},
        {"ALLOWED_HOSTS": "*"},
        {"SITE_URL": "https://clinic.example:8443/"},
        {"SITE_URL": "http://[::1]:8000", "ALLOWED_HOSTS": "[::1]"},
        {"SITE_URL": "http://127.0.0.1:8000", "STAFF_ALERT_EMAIL": None},
        {"STAFF_ALERT_EMAIL": None, "ADMIN_EMAIL": "sam@clinic.example"},
    ],
)
def test_other_good_settings_start_too(changes: dict[str, str | None]) -> None:
    result = load(**changes)
    assert (result.returncode, result.stderr) == (0, "")


def test_a_secret_may_come_from_a_file(tmp_path: object) -> None:
    path = f"{tmp_path}/key"
    with open(path, "w") as file:
        file.write("f" * 40 + "\n")
    assert load("settings.SECRET_KEY", SECRET_KEY=None, SECRET_KEY_FILE=path).stdout.strip() == "f" * 40


def test_a_password_never_crosses_a_network_in_the_clear() -> None:
    assert load("settings.EMAIL_USE_TLS").stdout.strip() == "True"
    assert load("settings.EMAIL_USE_SSL", EMAIL_URL="smtps://u:p@mail.example").stdout.strip() == "True"
    local = load("settings.EMAIL_USE_TLS", EMAIL_URL="smtp://127.0.0.1:2525", SITE_URL="http://127.0.0.1:8000")
    assert local.stdout.strip() == "False"


def test_https_turns_on_secure_cookies_and_hsts() -> None:
    printed = "settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.SECURE_HSTS_SECONDS > 0"
    assert load(printed).stdout.strip() == "__Host-session True True"


def test_https_counts_however_it_is_written() -> None:
    printed = "settings.SITE_URL, settings.HTTPS, settings.SESSION_COOKIE_SECURE"
    assert load(printed, SITE_URL="HTTPS://Clinic.Example/").stdout.strip() == "https://clinic.example True True"


def test_signing_in_leads_to_today() -> None:
    assert load("settings.LOGIN_REDIRECT_URL").stdout.strip() == "admin:index"

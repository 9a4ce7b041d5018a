import os
import runpy
import ssl
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from django.core.mail import get_connection
from kombu import Connection

from clinic.email_url import PROVIDERS

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


SETTINGS = Path(__file__).parents[2] / "clinic" / "settings.py"


def load(**changes: str | None) -> SimpleNamespace:
    """The settings as they would be with this environment and no other."""
    env = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    with mock.patch.dict(os.environ, env, clear=True):
        return SimpleNamespace(**runpy.run_path(str(SETTINGS)))


def test_good_settings_start() -> None:
    assert load().SITE_URL == "https://clinic.example"


def test_who_starts_it_reads_one_sentence_and_no_traceback() -> None:
    env = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "clinic.settings", **GOOD, "SECRET_KEY": "short"}
    command = [sys.executable, "-c", "from django.conf import settings; settings.DEBUG"]
    result = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr.startswith("The settings are wrong: SECRET_KEY")
    assert len(result.stderr.splitlines()) == 1


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
        ({"SITE_URL": "https://klinik-süd.example"}, "xn--"),
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
        ({"EMAIL_URL": "postmark://passtoken"}, "postmark://SERVER_TOKEN@"),
        ({"EMAIL_URL": "postmark://@"}, "postmark://SERVER_TOKEN@"),
        ({"EMAIL_URL": "postmark://pass@mail.example"}, "postmark://SERVER_TOKEN@"),
        ({"EMAIL_URL": "postmark://pass/token@"}, "postmark://SERVER_TOKEN@"),
        ({"EMAIL_URL": "postmark://token@?stream=pass"}, "message_stream="),
        ({"EMAIL_URL": "postmark://token@?api_url=http://pass.example"}, "api_url=https://"),
        ({"EMAIL_URL": "postmark://token@?api_url=https://[pass"}, "api_url=https://"),
        ({"EMAIL_URL": "mailgun://pass@"}, "mailgun://API_KEY@mg.clinic.example"),
        ({"EMAIL_URL": "mailjet://pass@"}, "mailjet://API_KEY:SECRET_KEY@"),
        ({"EMAIL_URL": "amazon-ses://pass@"}, "amazonaws.com"),
        ({"EMAIL_URL": "pigeon://pass@"}, "postmark"),
        ({"WEBHOOK_SECRET": "pässword"}, "WEBHOOK_SECRET"),
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
        ({"SENTRY_DSN": "sentry.example"}, "SENTRY_DSN"),
        ({"SENTRY_DSN": "https://sentry.example/1"}, "SENTRY_DSN"),
        ({"SENTRY_DSN": "https://pass@sentry.example/"}, "SENTRY_DSN"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_sentence_that_names_it(
    changes: dict[str, str | None], named: str
) -> None:
    with pytest.raises(SystemExit) as refusal:
        load(**changes)
    [sentence] = str(refusal.value).splitlines()
    assert named in sentence
    assert "pass" not in sentence.replace(":password@", "")


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
    assert load(**changes).DATABASES["default"]["ENGINE"] == "clinic.postgres"


def test_a_secret_may_come_from_a_file(tmp_path: object) -> None:
    path = f"{tmp_path}/key"
    with open(path, "w") as file:
        file.write("f" * 40 + "\n")
    assert load(SECRET_KEY=None, SECRET_KEY_FILE=path).SECRET_KEY == "f" * 40


@pytest.mark.parametrize(
    ("query", "asked_for"),
    [
        ("", ssl.CERT_REQUIRED),
        ("?ssl_ca_certs=/etc/clinic/ca.pem", ssl.CERT_REQUIRED),
        # Whoever writes it down wants it.
        ("?ssl_cert_reqs=none", ssl.CERT_NONE),
    ],
)
def test_a_redis_by_tls_shows_whose_it_is(query: str, asked_for: int) -> None:
    broker = Connection(load(REDIS_URL=f"rediss://:pass@redis.example:6380/1{query}").CELERY_BROKER_URL)
    assert broker.ssl["ssl_cert_reqs"] == asked_for
    assert (broker.hostname, broker.virtual_host) == ("redis.example", "1")


def test_a_password_never_crosses_a_network_in_the_clear() -> None:
    assert load().EMAIL_USE_TLS is True
    assert load(EMAIL_URL="smtps://u:p@mail.example").EMAIL_USE_SSL is True
    assert load(EMAIL_URL="smtp://127.0.0.1:2525", SITE_URL="http://127.0.0.1:8000").EMAIL_USE_TLS is False


@pytest.mark.parametrize(
    ("url", "backend", "known"),
    [
        ("postmark://to%2Fken@", "postmark", {"POSTMARK_SERVER_TOKEN": "to/ken"}),
        ("Postmark://token@?message_stream=packets", "postmark", {"POSTMARK_MESSAGE_STREAM": "packets"}),
        ("mailgun://key@mg.clinic.example", "mailgun", {"MAILGUN_SENDER_DOMAIN": "mg.clinic.example"}),
        (
            "mailgun://key@mg.clinic.example?api_url=https://api.eu.mailgun.net/v3",
            "mailgun",
            {"MAILGUN_API_URL": "https://api.eu.mailgun.net/v3"},
        ),
        ("mailjet://key:second@", "mailjet", {"MAILJET_API_KEY": "key", "MAILJET_SECRET_KEY": "second"}),
        ("postal://key@post.clinic.example", "postal", {"POSTAL_API_URL": "https://post.clinic.example/"}),
        (
            "unisender-go://key@go2.unisender.ru",
            "unisender_go",
            {"UNISENDER_GO_API_URL": "https://go2.unisender.ru/ru/transactional/api/v1/"},
        ),
    ],
)
def test_mail_may_go_through_a_provider(url: str, backend: str, known: dict[str, str]) -> None:
    settings = load(EMAIL_URL=url)
    assert backend == settings.EMAIL_PROVIDER
    assert known.items() <= settings.ANYMAIL.items()


@pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailNotSupportedWarning")
@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_anymail_finds_all_it_needs_in_the_address(name: str, settings: Any) -> None:
    loaded = load(EMAIL_URL=PROVIDERS[name].like)
    settings.ANYMAIL, settings.EMAIL_PROVIDER = loaded.ANYMAIL, loaded.EMAIL_PROVIDER
    backend = get_connection(loaded.EMAIL_BACKEND)
    assert backend.inner.timeout == loaded.EMAIL_TIMEOUT == 10
    assert backend.inner.ignore_unsupported_features
    assert backend.inner.send_defaults == {"track_opens": False, "track_clicks": False}


def test_https_turns_on_secure_cookies_and_hsts() -> None:
    settings = load()
    assert settings.SESSION_COOKIE_NAME == "__Host-session"
    assert settings.SESSION_COOKIE_SECURE
    assert settings.SECURE_HSTS_SECONDS == 2 * 365 * 24 * 3600
    assert settings.SECURE_HSTS_INCLUDE_SUBDOMAINS


def test_https_counts_however_it_is_written() -> None:
    settings = load(SITE_URL="HTTPS://Clinic.Example/")
    assert settings.SITE_URL == "https://clinic.example"
    assert settings.SESSION_COOKIE_SECURE


def test_signing_in_leads_to_today() -> None:
    assert load().LOGIN_REDIRECT_URL == "admin:index"


def test_the_port_that_browsers_leave_out_is_left_out() -> None:
    assert load(SITE_URL="https://clinic.example:443").SITE_URL == "https://clinic.example"
    assert load(SITE_URL="https://clinic.example:8443").SITE_URL == "https://clinic.example:8443"


@pytest.mark.parametrize(
    ("changes", "required"),
    [
        ({}, True),
        ({"REQUIRE_MFA": "0"}, False),
        ({"SITE_URL": "http://127.0.0.1:8000"}, False),
        ({"SITE_URL": "http://127.0.0.1:8000", "REQUIRE_MFA": "1"}, True),
    ],
)
def test_a_second_factor_is_required_where_the_site_is_public(changes: dict[str, str], required: bool) -> None:
    settings = load(**changes)
    assert settings.REQUIRE_MFA is required
    assert settings.KNOWN_BROWSER_COOKIE_NAME.startswith("__Host-") is settings.HTTPS

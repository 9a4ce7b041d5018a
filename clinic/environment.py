"""Reads settings from the environment. A wrong one stops the start with one sentence that names it."""

import os
import re
import socket
import sys
from email.utils import parseaddr
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import SplitResult, urlsplit

import dj_database_url
from django.http.request import validate_host

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SHORTEST_SECRET = 32
SITE_URL_LIKE = "https://clinic.example"
DATABASE_URL_LIKE = "postgresql://user:password@host:5432/database"


def refuse(sentence: str) -> NoReturn:
    """Ends the process: half-right settings must not serve one visitor."""
    sys.exit(f"The settings are wrong: {sentence}")


def text(name: str, default: str | None = None) -> str:
    """The value of NAME, or the content of the file that NAME_FILE names (a docker secret)."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        return _read(name, path)
    value = os.environ.get(name, "").strip() or default
    if value is None:
        refuse(f"{name} is not set. Set {name}, or {name}_FILE to a file that holds it.")
    return value


def _read(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        refuse(f"{name}_FILE names {path}, which cannot be read ({error}).")


def secret(name: str) -> str:
    value = text(name)
    if len(value) < SHORTEST_SECRET:
        refuse(f"{name} is shorter than {SHORTEST_SECRET} characters, short enough to guess.")
    return value


def boolean(name: str, default: bool) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value not in {"0", "1", "on", "off", "true", "false"}:
        refuse(f"{name} is {value!r}; write 1 or 0.")
    return value in {"1", "on", "true"}


def number(name: str, default: int, most: int | None = None) -> int:
    value = text(name, str(default))
    # Not isdigit(), which takes ² for a digit.
    if not value.isdecimal() or (most is not None and int(value) > most):
        refuse(f"{name} is {value!r}; write a whole number{f' up to {most}' if most else ', zero or more'}.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    return [word for word in text(name, default).replace(",", " ").split() if word]


def address(name: str, default: str) -> str:
    """A bare e-mail address; of "Clinic <desk@clinic.example>" the part in the angle brackets."""
    given = text(name, default)
    bare = parseaddr(given)[1]
    if given and not re.fullmatch(r"[^@\s]+@[^@\s]+", bare):
        refuse(f"{name} is {given!r}; write an e-mail address such as packets@clinic.example")
    return bare


def hosts(name: str, default: str, needed: str) -> list[str]:
    """Host names as Django matches them: .clinic.example stands for all below it, * for any."""
    given = words(name, default)
    if not validate_host(needed, given):
        refuse(f"{name} lacks {needed}, the host of SITE_URL, so every page would be refused; add it.")
    return given


def split(name: str, url: str, schemes: set[str], like: str) -> SplitResult:
    """Refuses what is no such address, without repeating it: most hold a password."""
    try:
        parts = urlsplit(url)
        fits = parts.scheme in schemes and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        refuse(f"{name} must look like {like}")
    return parts


# Browsers leave them out.
DEFAULT_PORTS = {"https": ":443", "http": ":80"}


def site_url(default: str) -> str:
    """The public address without a slash at the end; plain http is for this machine only."""
    url = text("SITE_URL", default).rstrip("/")
    parts = split("SITE_URL", url, {"http", "https"}, SITE_URL_LIKE)
    if not parts.hostname or parts.path or "@" in parts.netloc or "?" in url or "#" in url:
        refuse(f"SITE_URL must look like {SITE_URL_LIKE}")
    if not parts.netloc.isascii():
        refuse("SITE_URL must name the host as browsers send it, in its xn-- form.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        refuse(f"SITE_URL is {url}; people write about their health here, so it must be https (http is for 127.0.0.1).")
    # Written as browsers write it: it is compared with what they send.
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(DEFAULT_PORTS[parts.scheme])}"


def host_of(url: str) -> str:
    """The host as it stands in a Host header, an IPv6 address in its brackets."""
    host = urlsplit(url).hostname or ""
    return f"[{host}]" if ":" in host else host


def database(**options: Any) -> Any:
    """Django's settings for DATABASE_URL."""
    url = text("DATABASE_URL")
    parts = split("DATABASE_URL", url, {"postgres", "postgresql"}, DATABASE_URL_LIKE)
    if not parts.path.strip("/"):
        refuse(f"DATABASE_URL must look like {DATABASE_URL_LIKE}")
    return dj_database_url.parse(url, **options)


def redis_url() -> str:
    url = text("REDIS_URL")
    parts = split("REDIS_URL", url, {"redis", "rediss", "redis+socket"}, "redis://:password@host:6379/0")
    if parts.scheme == "rediss" and "ssl_cert_reqs=" not in parts.query:
        # Celery's client would encrypt for whoever answers, and tell them the password.
        url += f"{'&' if parts.query else '?'}ssl_cert_reqs=required"
    return url


def sentry_dsn() -> str:
    dsn = text("SENTRY_DSN", "")
    like = "https://key@sentry.clinic.example/1"
    if dsn:
        parts = split("SENTRY_DSN", dsn, {"http", "https"}, like)
        if not (parts.username and parts.hostname and parts.path.rpartition("/")[2].isdecimal()):
            refuse(f"SENTRY_DSN must look like {like}")
    return dsn


def keepalive(*, idle_seconds: int, between_seconds: int, probes: int) -> dict[int, int]:
    """Options of a TCP socket by which it notices a dead other end, as far as this system knows them."""
    wanted = {
        "TCP_KEEPIDLE": idle_seconds,
        "TCP_KEEPINTVL": between_seconds,
        "TCP_KEEPCNT": probes,
        # In milliseconds; for what was sent and never acknowledged, during which nobody probes.
        "TCP_USER_TIMEOUT": 1000 * (idle_seconds + between_seconds * probes),
    }
    return {getattr(socket, name): value for name, value in wanted.items() if hasattr(socket, name)}

"""Reads settings from the environment. A wrong one stops the start with one sentence that names it."""

import os
import re
import sys
from email.utils import parseaddr
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SHORTEST_SECRET = 32


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
    except OSError as error:
        refuse(f"{name}_FILE names {path}, which cannot be read ({error.strerror}).")


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


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    if not value.isdigit():
        refuse(f"{name} is {value!r}; write a whole number, zero or more.")
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


def site_url(default: str) -> str:
    """The public address without a slash at the end; plain http is for this machine only."""
    url = text("SITE_URL", default).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        refuse(f"SITE_URL is {url!r}; write it like https://clinic.example")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        refuse(f"SITE_URL is {url}; people write about their health here, so it must be https (http is for 127.0.0.1).")
    return url


def mail_server(url: str, timeout_seconds: int) -> dict[str, Any]:
    """Django's EMAIL_* settings for EMAIL_URL; without one, each mail becomes a file."""
    if not url:
        return {"EMAIL_BACKEND": "clinic.mailbox.FolderBackend"}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        refuse("EMAIL_URL must look like smtp://user:password@host:587 or smtps://user:password@host:465")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        # A password or a patient's address must never cross a network in the clear.
        "EMAIL_USE_TLS": parts.scheme == "smtp" and parts.hostname not in LOOPBACK,
        "EMAIL_TIMEOUT": timeout_seconds,
    }

"""What the programs of an embedded run are told about it, in the names that clinic.settings reads."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from clinic.embedded.errors import Failed
from clinic.embedded.folder import DataFolder
from clinic.embedded.generated import generated_secrets, is_given


def port() -> int:
    given = os.environ.get("PORT") or "8000"
    if not (given.isdecimal() and 0 < int(given) < 65536):
        raise Failed(f"PORT must be a number from 1 to 65535, not {given!r}.")
    return int(given)


def own_url() -> str:
    return f"http://127.0.0.1:{port()}"


def environment(folder: DataFolder, servers: dict[str, str], *, debug: bool = False) -> dict[str, str]:
    """`servers` may also say anything else that is known better, such as the port of a site that is running."""
    return {
        **os.environ,
        **generated_secrets(folder),
        "PORT": str(port()),
        "DATA_DIR": str(folder.path),
        "SITE_URL": os.environ.get("SITE_URL") or own_url(),
        "DEBUG": "1" if debug else "0",
        "DJANGO_SETTINGS_MODULE": "clinic.settings",
        "PYTHONUNBUFFERED": "1",
        **servers,
    }


def where_mail_goes(folder: DataFolder) -> str:
    """Names the mail server only: EMAIL_URL holds a password."""
    if not is_given("EMAIL_URL"):
        return f"Mail is written to {folder.mail}/"
    url = os.environ.get("EMAIL_URL") or Path(os.environ["EMAIL_URL_FILE"]).read_text().strip()
    address = urlsplit(url)
    return f"Mail is sent through {address.hostname or address.scheme}"

"""nginx as it stands before the site in production, before the real site."""

import http.client
import os
import uuid
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.embedded.kept_static_files import lay_out
from tests.production.nginx import HOST, NGINX, Nginx
from tests.production.web import Web, new_database

MARKS = [
    pytest.mark.nginx,
    pytest.mark.skipif(
        not Path(NGINX).exists() and not os.environ.get("CI"), reason=f"there is no {NGINX}: apt install nginx"
    ),
]

HTTPS = {
    "SITE_URL": f"https://{HOST}",
    "TRUSTED_PROXY_COUNT": "1",
    "EMAIL_URL": "smtp://user:password@mail.example:587",
    "STAFF_ALERT_EMAIL": "staff@clinic.example",
}
FORM = {"name": "Zoë O'Brien & Sons", "consent_packet": "on", "consent_contact": "on", "email": "zoe@example.com"}
AS_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# A second, as nginx counts: it knows whole ones only.
KEPT = 2.1
TOKEN = "0123456789abcdef0123456789abcdef-tokencanary_tokencanary_tokencanary_tokenc"


class Front:
    """nginx, the two web processes behind it, and their database."""

    def __init__(self, folder: Path) -> None:
        self.database = new_database(f"behind_nginx_{uuid.uuid4().hex}")
        self.webs = [Web(folder / "site", self.database, **HTTPS) for _ in range(2)]
        self.nginx = Nginx(folder / "nginx", [web.port for web in self.webs])

    def prepare(self) -> None:
        lay_out(self.webs[0].folder)
        self.webs[0].prepare()

    def sql(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database, autocommit=True) as connection:
            cursor = connection.execute(query, values)
            return cursor.fetchall() if cursor.description else []


def post(nginx: Nginx, path: str, body: Any, **headers: str) -> Any:
    return nginx.ask("POST", path, body, {**AS_FORM, **headers})


def page_of(web: Web, path: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=20)
    connection.request("GET", path, headers={"Host": HOST, "X-Forwarded-Proto": "https"})
    text = connection.getresponse().read().decode()
    connection.close()
    return text

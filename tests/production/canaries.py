"""What one recognisable person types into everything that takes input, and where it must not turn up."""

import http.client
import re
import threading
import urllib.parse
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import redis

from tests.browser_posts import untouched

ADDRESS = "zebracanary@example.com"
PASSWORD = "okapicanary password"
TYPED = {
    "name": "Quaggacanary O'Brien & Sons",
    "email": ADDRESS,
    "phone": "+49 151 98765432",
    "message": "Since spring my gnucanary has been worse.",
    "topic": "kiwicanary",
    "source_path": "/research/emucanary/",
    "country": "DE",
    "consent_packet": "on",
    "consent_contact": "on",
    "consent_newsletter": "on",
}
# Lower case, as they are looked for. A phone number is stored without its spaces.
CANARIES = ["canary", "98765432"]
HEADERS = {
    "User-Agent": "ibiscanary",
    "Accept-Language": "lynxcanary",
    "X-Forwarded-For": "lynxcanary",
    "X-Request-ID": "puffincanary",
    "Referer": "https://search.example/?q=tapircanary",
}


def hits(text: str, also: list[str]) -> list[str]:
    """The canaries that stand in it, in whatever escaping."""
    readable = urllib.parse.unquote_plus(text).lower()
    return [word for word in [*CANARIES, *(token.lower() for token in also)] if word in readable]


class Browser:
    """Posts and gets over real connections, keeps its cookies, and remembers every address it was shown."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies = SimpleCookie()
        self.requests = 0
        self.location = ""
        self.addresses: set[str] = set()

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        return self.ask("GET", path, "", headers)

    def post(self, path: str, fields: dict[str, str], **headers: str) -> tuple[int, str]:
        form = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return self.ask("POST", path, urllib.parse.urlencode(fields), form)

    def fill_in(self, path: str, form: str, fields: dict[str, str]) -> tuple[int, str]:
        """As somebody does with a staff form: the fields that they leave alone go along."""
        status, page = self.get(path)
        while status == 302:
            path = self.location
            status, page = self.get(path)
        return self.post(path, {**untouched(page, form), **fields}, Referer=f"http://127.0.0.1:{self.port}{path}")

    def ask(self, method: str, path: str, body: str, headers: dict[str, str]) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        cookies = {"Cookie": self.cookies.output(attrs=[], header="", sep=";").strip()} if self.cookies else {}
        connection.request(method, path, body.encode() or None, {**HEADERS, **cookies, **headers})
        response = connection.getresponse()
        text = response.read().decode(errors="replace")
        connection.close()
        self.requests += 1
        self.note(response, text)
        return response.status, text

    def note(self, response: http.client.HTTPResponse, text: str) -> None:
        for cookie in response.headers.get_all("Set-Cookie") or []:
            self.cookies.load(cookie)
        self.addresses.update(re.findall(r'(?:href|src|action)="([^"]+)"', text))
        self.location = response.headers.get("Location", "")
        self.addresses.add(self.location)


class Listener:
    """Every command that reaches Redis: the doorbell's tasks with their arguments, and whatever else."""

    def __init__(self, socket: Path) -> None:
        self.client = redis.Redis(unix_socket_path=str(socket))
        self.commands: list[str] = []
        self.monitor: Any = self.client.monitor()
        self.thread = threading.Thread(target=self.listen, daemon=True)

    def __enter__(self) -> "Listener":
        self.monitor.__enter__()
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.monitor.connection.disconnect()

    def listen(self) -> None:
        try:
            for command in self.monitor.listen():
                self.commands.append(command["command"])
        except (redis.RedisError, OSError, ValueError):
            return

    def held(self) -> list[str]:
        """What Redis still holds, by key, as bytes written out."""
        return [f"{key!r} {self.client.dump(key)!r}" for key in self.client.scan_iter()]

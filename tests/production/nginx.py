"""Debian's nginx with our configuration, on ports of the loopback and with a certificate of its own."""

import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from clinic.embedded.processes import ROOT, Process, Program, failure
from tests.embedded.site import free_port

NGINX = "/usr/sbin/nginx"
SOURCE = ROOT / "clinic" / "production" / "nginx"
HOST = "clinic.example"


class Nginx:
    """Made in the main thread only."""

    def __init__(self, folder: Path, web_ports: list[int]) -> None:
        self.folder = folder
        self.web_ports = web_ports
        self.http_port, self.https_port = free_port(), free_port()
        self.write()
        conf = str(folder / "nginx.conf")
        errors = str(folder / "log" / "error.log")
        options = f"daemon off; pid {folder}/nginx.pid;"
        self.program = Program(
            name="nginx",
            command=[NGINX, "-e", errors, "-p", str(folder), "-c", conf, "-g", options],
            log=folder / "nginx.output",
        )

    def __enter__(self) -> Self:
        self.process = Process(self.program)
        deadline = time.monotonic() + 10
        while not self.listens():
            if self.process.has_ended() or time.monotonic() > deadline:
                raise failure(self.program, "did not listen")
            time.sleep(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stop()

    def listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.https_port), timeout=1).close()
        except OSError:
            return False
        return True

    # -- the configuration, with this place's paths and ports

    def write(self) -> None:
        for name in ("log", "cache", "acme", "conf.d"):
            (self.folder / name).mkdir(parents=True)
        for source in [SOURCE / "nginx.conf", *sorted((SOURCE / "clinic").glob("*.conf"))]:
            target = self.folder / source.relative_to(SOURCE)
            target.parent.mkdir(exist_ok=True)
            target.write_text(self.here(source.read_text()))
        template = (SOURCE / "debian" / "site.conf.template").read_text()
        (self.folder / "conf.d" / "site.conf").write_text(self.here(template.replace("${SITE_HOST}", HOST)))
        self.make_certificate()

    def here(self, text: str) -> str:
        for path, name in (("/var/log/nginx", "log"), ("/var/cache/nginx", "cache"), ("/srv/acme", "acme")):
            text = text.replace(path, str(self.folder / name))
        text = text.replace(f"/etc/letsencrypt/live/{HOST}", str(self.folder))
        text = text.replace("listen 80", f"listen 127.0.0.1:{self.http_port}")
        text = text.replace("listen 443", f"listen 127.0.0.1:{self.https_port}")
        servers = "".join(f"    server 127.0.0.1:{port} max_fails=3 fail_timeout=5s;\n" for port in self.web_ports)
        text = re.sub(r"(?:    server 127\.0\.0\.1:800\d .*\n)+", servers, text)
        # The folders of a test are open to nobody else.
        return text.replace("user www-data;", "user root;" if os.geteuid() == 0 else "")

    def make_certificate(self) -> None:
        names = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        files = ["-keyout", self.folder / "privkey.pem", "-out", self.folder / "fullchain.pem"]
        command = [shutil.which("openssl"), "req", "-x509", "-days", "2", *key, *names, *files]
        subprocess.run(command, check=True, capture_output=True)

    @property
    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.folder / "fullchain.pem")

    # -- asking

    def get(self, path: str, **headers: str) -> "Answer":
        return self.ask("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> "Answer":
        connection = Connection(self)
        try:
            connection.request(method, path, body, headers or {})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def raw(self, text: bytes, *, tls: bool, name: str = HOST) -> bytes:
        """All that comes back for these bytes until nginx hangs up."""
        port = self.https_port if tls else self.http_port
        plain = socket.create_connection(("127.0.0.1", port), timeout=5)
        with self.tls.wrap_socket(plain, server_hostname=name) if tls else plain as sock:
            sock.sendall(text)
            answer = b""
            # It hangs up on strangers without a goodbye.
            with suppress(ConnectionResetError):
                while part := sock.recv(65536):
                    answer += part
            return answer

    def logged(self, answer: "Answer") -> dict[str, Any]:
        """The line of the access log, which is written after the answer."""
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            for line in (self.folder / "log" / "access.log").read_text().splitlines():
                found = json.loads(line)
                if found["request_id"] == answer.headers["X-Request-ID"]:
                    return found
            time.sleep(0.02)
        raise AssertionError(f"no line for request {answer.headers['X-Request-ID']}")

    def kept(self, path: str, **headers: str) -> str:
        """How nginx came to this answer: HIT, MISS, EXPIRED, BYPASS, or nothing where it keeps no answers."""
        return self.logged(self.get(path, **headers))["cache"]

    @property
    def logs(self) -> str:
        return "".join(file.read_text() for file in (self.folder / "log").iterdir())


class Connection(http.client.HTTPSConnection):
    """To the loopback, whatever the name says."""

    def __init__(self, nginx: Nginx) -> None:
        super().__init__(HOST, timeout=20, context=nginx.tls)
        self.port_here = nginx.https_port

    def connect(self) -> None:
        plain = socket.create_connection(("127.0.0.1", self.port_here), timeout=20)
        self.sock = self._context.wrap_socket(plain, server_hostname=HOST)


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.content = response.read()

    @property
    def text(self) -> str:
        return self.content.decode()

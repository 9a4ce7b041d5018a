"""A real site for tests: `with Site(folder) as site: ...` starts `./run` on a free port, and stops it at the end."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Self

from clinic.embedded.folder import DataFolder
from clinic.embedded.kept_tables import lay_out
from tests.embedded.kept_static_files import lay_out as lay_out_static_files

ROOT = Path(__file__).resolve().parents[2]
# What the test run itself was told; a site must find its own.
NOT_INHERITED = {
    *("DATABASE_URL", "REDIS_URL", "SITE_URL", "DATA_DIR", "PORT", "DEBUG", "DJANGO_SETTINGS_MODULE"),
    *("SECRET_KEY", "HASH_KEY", "WEBHOOK_SECRET", "EMAIL_URL", "ADMIN_EMAIL", "ADMIN_PASSWORD"),
    # A run of tests within a test has options of its own, and is no worker of ours.
    *("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_XDIST_TESTRUNUID"),
}
SECONDS_TO_START = 120


def with_tables(data_dir: Path) -> Path:
    """The folder of a new site that finds its tables there, for tests of something else than how it makes them."""
    lay_out(DataFolder(data_dir))
    return data_dir


def with_static_files(data_dir: Path) -> Path:
    """And its static files, for whoever asks for pages: to compress them is more than half of the work of a start."""
    lay_out_static_files(DataFolder(with_tables(data_dir)))
    return data_dir


class Site:
    """Settings are given by name: `Site(folder, EMAIL_URL="smtp://127.0.0.1:2525")`."""

    def __init__(self, data_dir: Path, *, verb: str | None = None, port: int | None = None, **settings: str) -> None:
        self.data_dir = data_dir
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.settings = settings
        self.verb = [verb] if verb else []
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.interrupt()

    @property
    def env(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        return {**inherited, "PORT": str(self.port), "DATA_DIR": str(self.data_dir), **self.settings}

    def start(self) -> Self:
        self.start_without_waiting()
        self.wait_for("READY ", SECONDS_TO_START)
        return self

    def start_without_waiting(self) -> None:
        with open(self._output, "wb") as output:
            self.process = subprocess.Popen(
                [ROOT / "run", *self.verb], env=self.env, stdout=output, stderr=output, start_new_session=True
            )

    @property
    def _output(self) -> Path:
        return self.data_dir.with_name(f"{self.data_dir.name}.output")

    @property
    def output(self) -> str:
        """All that the latest start has printed so far."""
        return self._output.read_text()

    def wait_for(self, text: str, seconds: float = 15) -> None:
        deadline = time.monotonic() + seconds
        while text not in self.output:
            assert self.is_running, f"./run ended before it printed {text!r}:\n{self.output}"
            assert time.monotonic() < deadline, f"./run did not print {text!r} in {seconds:g} s:\n{self.output}"
            time.sleep(0.05)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def interrupt(self, number: int = signal.SIGINT) -> int | None:
        """Ctrl-C. Returns the exit code of `./run`."""
        if self.process is None:
            return None
        if self.is_running:
            self.process.send_signal(number)
        return self.process.wait(60)

    def kill(self) -> None:
        """kill -9 of the supervisor alone."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def get(self, path: str = "/healthz") -> int:
        with urllib.request.urlopen(self.url + path, timeout=10) as response:
            return response.status

    def manage(self, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        return self.run("manage", *arguments, text=text)

    def run(self, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Another `./run` with the same settings, from start to end."""
        command = [ROOT / "run", *arguments]
        return subprocess.run(
            command, env=self.env, input=text, capture_output=True, text=True, timeout=SECONDS_TO_START, check=False
        )

    def pid_of(self, *words: str) -> int:
        """The oldest process of this site whose command line holds all the words: the parent, not its children."""
        found = [pid for pid in self.processes() if set(words) <= set(command_line(pid).split("\0"))]
        assert found, f"no process with {words} among {[command_line(pid) for pid in self.processes()]}"
        return found[0]

    def processes(self) -> list[int]:
        """Every process that was told of our data folder, or stands in it, in order of age."""
        return sorted(int(path.name) for path in Path("/proc").glob("[0-9]*") if self._owns(path))

    def _owns(self, process: Path) -> bool:
        with contextlib.suppress(OSError):
            told = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
            # Of PostgreSQL's own children neither can be read; they stand in their data.
            return os.fsencode(self.data_dir) in told or (process / "cwd").readlink() == self.data_dir / "postgres"
        return False


def command_line(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text()
    return ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

"""A plugin that holds every page which the tests of a run meet against the Nu checker of the W3C.

`VNU_JAR=…/vnu.jar ./run test -p tests.nu tests/clinic tests/enquiries`; docs/changing.md says where the jar is from.
Not in CI, which would have to bring Java for it. A fault of pages that differ in words and numbers only is told once.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

FOLDER = "NU_PAGES"
# As htmx puts a part of a page into one that is there.
AROUND = '<!doctype html><html lang="en"><head><title>A part</title></head><body><main>{}</main></body></html>'
CHECKER = ["--errors-only", "--exit-zero-always", "--format", "json"]


def pytest_configure(config: pytest.Config) -> None:
    if not is_worker(config):
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="nu-", suffix=".pages")
        Path(os.environ[FOLDER]).with_suffix(".from").mkdir()
    asked = Client.request

    def request(self: Client, **environ: Any) -> Any:
        response = asked(self, **environ)
        keep(response)
        return response

    Client.request = request  # type: ignore[method-assign]


def is_worker(config: pytest.Config) -> bool:
    """One of the processes of `-n 2`."""
    return hasattr(config, "workerinput")


def keep(response: Any) -> None:
    if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
        return
    text = response.content.decode("utf-8", "replace")
    name = hashlib.sha256(re.sub(r">[^<]*<|\d+", "", text).encode()).hexdigest()[:16]
    page = Path(os.environ[FOLDER], f"{name}.html")
    if text.strip() and not page.exists():
        page.write_text(text if text.lstrip()[:9].lower() == "<!doctype" else AROUND.format(text), encoding="utf-8")
        from_of(page).write_text(origin(response), encoding="utf-8")


def from_of(page: Path) -> Path:
    """Beside the folder that is checked, which is taken for pages throughout."""
    return page.parent.with_suffix(".from") / page.name


def origin(response: Any) -> str:
    test = os.environ.get("PYTEST_CURRENT_TEST", "")
    return f"{response.request['REQUEST_METHOD']} {response.request['PATH_INFO']} {response.status_code}, {test}"


@pytest.hookimpl(wrapper=True)
def pytest_terminal_summary(terminalreporter: Any) -> Iterator[None]:
    yield
    folder = Path(os.environ[FOLDER])
    found = faults(folder)
    terminalreporter.write_line(f"Nu: {len(list(folder.glob('*.html')))} pages, {len(found)} faults")
    for fault in found:
        terminalreporter.write_line(f"  {fault}")
    shutil.rmtree(folder)
    shutil.rmtree(folder.with_suffix(".from"))
    if found:
        terminalreporter._session.exitstatus = pytest.ExitCode.TESTS_FAILED


def faults(folder: Path) -> list[str]:
    if not any(folder.glob("*.html")):
        return []
    command = ["java", "-jar", os.environ["VNU_JAR"], *CHECKER, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told: dict[str, str] = {}
    for message in json.loads(done.stderr)["messages"]:
        page = from_of(Path(message.get("url", "").removeprefix("file:")))
        said = f"{message['message']} {message.get('extract', '')!r}"
        told.setdefault(said, page.read_text(encoding="utf-8") if page.exists() else str(message.get("url")))
    return [f"{said} ({where})" for said, where in told.items()]

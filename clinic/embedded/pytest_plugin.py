"""`pytest -p clinic.embedded.pytest_plugin`: servers for one test run. A conftest would come after the settings."""

import contextlib
import os
from collections.abc import Generator
from pathlib import Path

import pytest

from clinic.embedded.errors import Failed
from clinic.embedded.folder import DataFolder
from clinic.embedded.generated import NAMES
from clinic.embedded.servers import throw_away_servers

# Set in a developer's shell, these would change the results of tests.
OF_THE_SHELL = [
    *("EMAIL_URL", "FROM_EMAIL", "REPLY_TO", "BOUNCE_ADDRESS", "STAFF_ALERT_EMAIL", "ADMIN_EMAIL", "ADMIN_PASSWORD"),
    *("ALLOWED_HOSTS", "TRUSTED_PROXY_COUNT", "FORM_LIMITS", "SECRET_KEY_FALLBACKS", "PORT", "SITE_URL", "DEBUG"),
    *("DATABASE_URL", "REDIS_URL", "SENTRY_DSN", "REQUIRE_MFA", *NAMES),
]

# Names a throw-away database server to use in place of a new one: pgbouncer, for the suite behind it.
GIVEN = "CLINIC_TEST_DATABASE_URL"

running = contextlib.ExitStack()


# A wrapper comes before the plain hooks, and pytest-django loads the settings in one of those.
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None]:
    try:
        start()
    except Failed as sentence:
        raise pytest.UsageError(str(sentence)) from None
    return (yield)


def start() -> None:
    # pytest -n 2: the servers are those of the process that started this one, which has set everything else too.
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        return share(int(worker.removeprefix("gw")))
    folder, servers = running.enter_context(throw_away_servers(os.environ.get(GIVEN, "")))
    for name in OF_THE_SHELL:
        os.environ.pop(name, None)
        os.environ.pop(f"{name}_FILE", None)
    os.environ.update(servers)
    os.environ.update({name: f"{name}-of-a-test-run-and-of-nothing-else-in-the-world" for name in NAMES})
    os.environ.update(DATA_DIR=str(folder.path), DJANGO_SETTINGS_MODULE="clinic.settings")
    return None


def share(worker: int) -> None:
    """A folder and a queue of its own; pytest-django sees to a database of its own."""
    os.environ["DATA_DIR"] = str(DataFolder(Path(os.environ["DATA_DIR"], f"worker{worker}")).path)
    os.environ["REDIS_URL"] += f"?virtual_host={worker + 1}"


def pytest_unconfigure() -> None:
    running.close()

"""`pytest -p clinic.embedded.pytest_plugin`: servers for one test run. A conftest would come after the settings."""

import contextlib
import gc
import os
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from clinic.embedded.errors import Failed
from clinic.embedded.folder import DataFolder
from clinic.embedded.generated import NAMES
from clinic.embedded.kept_tables import lay_out
from clinic.embedded.servers import throw_away_servers

# Set in a developer's shell, these would change the results of tests.
OF_THE_SHELL = [
    *("EMAIL_URL", "FROM_EMAIL", "REPLY_TO", "BOUNCE_ADDRESS", "STAFF_ALERT_EMAIL", "ADMIN_EMAIL", "ADMIN_PASSWORD"),
    *("ALLOWED_HOSTS", "TRUSTED_PROXY_COUNT", "FORM_LIMITS", "SECRET_KEY_FALLBACKS", "PORT", "SITE_URL", "DEBUG"),
    *("DATABASE_URL", "REDIS_URL", "SENTRY_DSN", "REQUIRE_MFA", *NAMES),
]

# Names a throw-away database server to use in place of a new one: pgbouncer, for the suite behind it.
GIVEN = "CLINIC_TEST_DATABASE_URL"

# Names the database of the throw-away server that has all tables, to copy for each worker.
TEMPLATE = "CLINIC_TEST_TEMPLATE"

running = contextlib.ExitStack()


# `./run test --pure`: the tests of modules that say `pytestmark = pytest.mark.pure`, in seconds, on no server at all.
PURE = "--pure"
# Settings want an address; nobody answers at this one.
NO_SERVER = "/there/is/no/server/for/pure/tests"
NO_SERVERS = {"DATABASE_URL": f"postgresql:///none?host={NO_SERVER}", "REDIS_URL": "redis://127.0.0.1:9/0"}
# Each is set up for every test, and sees to tables, sites or markers that pure ones have none of.
OF_SITES = {
    *("_dj_autoclear_mailbox", "_django_clear_site_cache", "_django_db_marker", "_django_isolate_apps"),
    *("_django_set_urlconf", "_live_server_helper", "_template_string_if_invalid_marker", "_django_setup_unittest"),
    "content_after_a_flush",
}
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(PURE, action="store_true", help="only the tests that need no server, which starts none")


# A wrapper comes before the plain hooks, and pytest-django loads the settings in one of those.
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(args: list[str]) -> Generator[None]:
    try:
        start(pure=PURE in args)
    except Failed as sentence:
        raise pytest.UsageError(str(sentence)) from None
    return (yield)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Importing all of them, and the conftest of each folder, takes longer than running the pure ones."""
    ours = collection_path.is_relative_to(config.rootpath)
    if not (config.getoption(PURE) and ours and has_tests(collection_path)):
        return None
    found = [collection_path] if collection_path.is_file() else collection_path.rglob("test_*.py")
    return None if any("pytest.mark.pure" in path.read_text(encoding="utf-8") for path in found) else True


def has_tests(path: Path) -> bool:
    return path.is_dir() or path.name.startswith("test_")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What was imported is no litter of a test: to look through all of it, over and over, is a tenth of a run."""
    if not gc.isenabled():
        return (yield)
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        # A page makes thousands of objects that are gone with it; most rings of them stand until the next look.
        gc.set_threshold(20_000, 20, 20)
        gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    pure = [item for item in items if item.get_closest_marker("pure")]
    for item in pure:
        if DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ())) or item.get_closest_marker("django_db"):
            raise pytest.UsageError(f"{item.nodeid} is marked pure and asks for a database; move it, or unmark it.")
        if isinstance(item, pytest.Function):
            item.fixturenames[:] = [name for name in item.fixturenames if name not in OF_SITES]
    if config.getoption(PURE):
        config.hook.pytest_deselected(items=[item for item in items if item not in pure])
        items[:] = pure
        # What was imported is no litter of a test, and pytest looks through it five times at the end.
        gc.freeze()


def start(*, pure: bool) -> None:
    # pytest -n 2: the servers are those of the process that started this one, which has set everything else too.
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        return share(int(worker.removeprefix("gw")))
    for name in OF_THE_SHELL:
        os.environ.pop(name, None)
        os.environ.pop(f"{name}_FILE", None)
    os.environ.update({name: f"{name}-of-a-test-run-and-of-nothing-else-in-the-world" for name in NAMES})
    if pure:
        # A quarter of the processor that they take; they are over before any of it matters.
        gc.disable()
    given = os.environ.get(GIVEN, "")
    servers = without_servers() if pure else throw_away_servers(given, lay_out=lay_out)
    folder, addresses = running.enter_context(servers)
    os.environ.update(addresses)
    os.environ.update(DATA_DIR=str(folder.path), DJANGO_SETTINGS_MODULE="clinic.settings")
    if not (pure or given):
        os.environ[TEMPLATE] = "clinic"
    return None


@contextlib.contextmanager
def without_servers() -> Iterator[tuple[DataFolder, dict[str, str]]]:
    with tempfile.TemporaryDirectory() as folder:
        yield DataFolder(Path(folder)), NO_SERVERS


def share(worker: int) -> None:
    """A folder and a queue of its own; pytest-django sees to a database of its own."""
    os.environ["DATA_DIR"] = str(DataFolder(Path(os.environ["DATA_DIR"], f"worker{worker}")).path)
    os.environ["REDIS_URL"] += f"?virtual_host={worker + 1}"


def pytest_unconfigure() -> None:
    running.close()

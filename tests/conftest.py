import os
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client, override_settings
from psycopg.pq import TransactionStatus

import articles.first_content
import enquiries.first_content
import foundation.first_content
from clinic import pages, roles
from clinic.embedded.pytest_plugin import TEMPLATE
from enquiries.models import Enquiry, Lead
from foundation import outage
from foundation.models import ClinicProfile
from mailings import delivery
from newsletters import links
from tests import kept_rows

AWKWARD_NAME = "Zoë O'Brien & Sons"
ADDRESS = "zoe@example.com"


@pytest.fixture(scope="session", autouse=True)
def quick_settings() -> Iterator[None]:
    # Hashed file names need collectstatic, which the sites under tests/embedded run.
    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    # The real hasher is slow on purpose, and nearly every staff test makes an account.
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    storages = {**settings.STORAGES, "staticfiles": static}
    # Most tests count the mails to visitors; those about staff notices set an address.
    with override_settings(STORAGES=storages, PASSWORD_HASHERS=hashers, STAFF_ALERT_EMAIL=""):
        yield


@pytest.fixture(autouse=True)
def no_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    # A process believes in an outage for a second, longer than many a test.
    monkeypatch.setattr(outage, "_away_until", 0.0)
    monkeypatch.setattr(outage, "_missed_at", None)


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    # A test reads what it has just written; and what it wrote is taken back, with the version that it had. Each begins
    # as a new process does: else how often it asks the database hangs on which test came before.
    monkeypatch.setattr(outage, "LOOK_AGAIN_SECONDS", 0.0)
    outage.forget()
    pages.forget()
    links.look_at.cache_clear()


# Whoever comes first starts the site for all, and another may be starting beside it.
SECONDS_WITH_A_START = 300


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # What Sentry wraps stays wrapped, and every request after it takes a tenth longer.
    items.sort(key=lambda item: item.path.name == "test_sentry.py")
    for item in items:
        has_site = item.get_closest_marker("stack") or item.get_closest_marker("nginx")
        if has_site and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(SECONDS_WITH_A_START))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Iterator[None]:
    try:
        return (yield)
    finally:
        drop_broken_connections()


def drop_broken_connections() -> None:
    """A test that met its time limit in the middle of a query must not fail all that come after it."""
    for connection in connections.all(initialized_only=True):
        raw = connection.connection
        if raw is not None and (raw.closed or raw.info.transaction_status != TransactionStatus.IDLE):
            # Else its query goes on, and the database cannot be dropped.
            if not raw.closed:
                raw.cancel()
            raw.close()
            connection.connection = None
            connection.in_atomic_block = connection.needs_rollback = connection.closed_in_transaction = False
            connection.savepoint_ids, connection.atomic_blocks, connection.run_on_commit = [], [], []


def load_first_content() -> None:
    roles.sync()
    for room in (foundation, articles, enquiries):
        room.first_content.load()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = os.environ.get(TEMPLATE)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    # Once for all tests: making it takes a second and a half.
    with django_db_blocker.unblock():
        load_first_content()
        first_rows.update(kept_rows.read())


@pytest.fixture(autouse=True)
def content_after_a_flush(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    # A test with real transactions leaves empty tables behind, and with -n any other may be the next.
    if has_real_transactions(request):
        yield
        flushed.set()
        return
    if flushed.is_set():
        with django_db_blocker.unblock():
            fill_if_empty()
    yield


flushed = Event()
first_rows: dict[str, bytes] = {}


def has_real_transactions(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return "transactional_db" in request.fixturenames or bool(marker and marker.kwargs.get("transaction"))


def fill_if_empty() -> None:
    if not ClinicProfile.objects.exists():
        kept_rows.put_back(first_rows)


@pytest.fixture
def first_content(db: None) -> None:
    fill_if_empty()


@pytest.fixture
def packet_fields() -> dict[str, str]:
    return {"name": AWKWARD_NAME, "email": ADDRESS, "consent_packet": "on", "consent_contact": "on"}


@pytest.fixture
def ask(
    client: Client, first_content: None, packet_fields: dict[str, str], django_capture_on_commit_callbacks: Any
) -> Callable[..., Any]:
    """Posts the packet form as a browser does; values of None leave the field out."""

    def post(**fields: str | None) -> Any:
        data = {name: value for name, value in {**packet_fields, **fields}.items() if value is not None}
        with django_capture_on_commit_callbacks(execute=True):
            return client.post("/information-packet/", data)

    return post


@pytest.fixture
def lead(ask: Callable[..., Any]) -> Lead:
    ask()
    return Lead.objects.get()


@pytest.fixture
def enquiry(lead: Lead) -> Enquiry:
    return Enquiry.objects.get()


@pytest.fixture
def staff(django_user_model: Any) -> Any:
    return django_user_model.objects.create_superuser(
        "staff@clinic.example", "a long enough password", name="Sam Staff"
    )


@pytest.fixture
def desk(first_content: None, staff: Any) -> Client:
    """The browser of somebody who works here."""
    client = Client()
    client.force_login(staff)
    return client


@pytest.fixture
def deliver(db: None, django_capture_on_commit_callbacks: Any) -> Callable[[], None]:
    def drain_all() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            while delivery.drain():
                pass

    return drain_all

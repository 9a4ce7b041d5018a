import json
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from clinic import sentry, urls

CANARY = "zebra@example.com"


def fails(request: HttpRequest) -> HttpResponse:
    typed = request.POST["message"]
    sentry_sdk.add_breadcrumb(message=typed)
    with connection.cursor() as cursor:
        cursor.execute("SELECT CAST(%s AS integer)", [typed])
    return HttpResponse()


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    raise RuntimeError("as when its page needs what the database lacks")


urlpatterns = [path("fails/", fails), *urls.urlpatterns]


class Kept(Transport):
    """What would have been sent."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.texts.append(envelope.serialize().decode())


@pytest.fixture
def kept() -> Iterator[Kept]:
    transport = Kept()
    sentry.start("https://key@sentry.example/1", transport=transport)
    yield transport
    sentry_sdk.get_client().close()
    sentry_sdk.get_global_scope().set_client(None)


@pytest.mark.django_db
def test_an_error_says_where_and_not_what_somebody_typed(kept: Kept, settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    client = Client(raise_request_exception=False, headers={"User-Agent": CANARY, "Referer": f"https://x/{CANARY}"})
    client.cookies["seen"] = CANARY
    response = client.post(f"/fails/?q={CANARY}", {"message": CANARY, "name": "zebra"})
    assert response.status_code == 500
    [text] = kept.texts
    assert "zebra" not in text
    event = json.loads(text.splitlines()[-1])
    assert [found["type"] for found in event["exception"]["values"]] == ["InvalidTextRepresentation", "DataError"]
    assert "fails" in [frame["function"] for frame in event["exception"]["values"][-1]["stacktrace"]["frames"]]
    assert event["tags"] == {"request": response["X-Request-ID"]}
    assert event["transaction"] == "/fails/"


def test_an_error_at_an_address_that_is_not_ours_does_not_repeat_it(kept: Kept, settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    assert Client(raise_request_exception=False).get("/about-zebra-and-her-illness/").status_code == 500
    [text] = kept.texts
    assert "RuntimeError" in text
    assert "zebra" not in text


def test_without_a_dsn_nothing_is_started() -> None:
    sentry.start("")
    assert not sentry_sdk.get_client().is_active()

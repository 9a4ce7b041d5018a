import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path as url
from prometheus_client import generate_latest

from clinic import urls, wsgi
from clinic.requests import REGISTRY
from tests.front_door import FORM, PARTS, Answer

STRANGERS = ["/accounts/login/", "/admin/login/", "/admin/", "/information-packet/", "/no-such-page/"]


@pytest.fixture(autouse=True)
def _content(first_content: None) -> None: ...


@pytest.fixture
def console() -> Iterator[io.StringIO]:
    """What the site's own handler writes."""
    [handler] = [one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler]
    stream = io.StringIO()
    own = handler.setStream(stream)
    yield stream
    if own:
        handler.setStream(own)


def tracebacks(console: io.StringIO) -> list[str]:
    return [line["exception"] for line in map(json.loads, console.getvalue().splitlines()) if "exception" in line]


def refusal(answer: Any) -> None:
    assert answer.status == 400
    assert b"<h1" in answer.body
    assert answer.headers["X-Request-ID"]
    assert "default-src" in answer.headers["Content-Security-Policy"]


ADDRESSES = ["?q=%00", "?q=%ff", "?q=%ED%A0%80", "%ff/", "%00/"]


@pytest.mark.parametrize("page", ["/accounts/login/", "/accounts/no-such-page/", "/admin/login/", "/admin/"])
@pytest.mark.parametrize("odd", ADDRESSES)
def test_what_is_refused_before_anybody_is_known_is_refused_in_our_words(page: str, odd: str) -> None:
    refusal(Answer("GET", page + odd))


@pytest.mark.parametrize("page", STRANGERS)
def test_a_wrong_host_is_refused_everywhere(page: str) -> None:
    refusal(Answer("GET", page, HTTP_HOST="evil.example"))


NO_BASE64 = (
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\nabcde\r\n--x--\r\n"
)
BROKEN = [
    (b"xx", "multipart/form-data"),
    (b"xx", "multipart/form-data; boundary=\xff"),
    (b"xx", "multipart/form-data; boundary=" + "x" * 300),
    (b"xx", "multipart/form-data; boundary*=no-such''x"),
    (NO_BASE64, PARTS),
]


@pytest.mark.parametrize("page", ["/accounts/login/", "/admin/login/", "/information-packet/"])
@pytest.mark.parametrize(("body", "kind"), BROKEN)
def test_a_post_that_cannot_be_taken_apart_is_refused(page: str, body: bytes, kind: str) -> None:
    refusal(Answer("POST", page, body, kind))


@pytest.mark.parametrize("page", ["/accounts/login/", "/admin/login/", "/information-packet/"])
def test_a_post_of_too_many_fields_is_refused(page: str) -> None:
    refusal(Answer("POST", page, b"&".join(b"a=" for _ in range(1001))))


NO_TEXT = ["rot13", "base64", "hex", "zlib", "undefined"]


@pytest.mark.parametrize("page", STRANGERS)
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("charset", NO_TEXT)
def test_a_charset_that_decodes_no_text_is_refused_at_any_address(page: str, method: str, charset: str) -> None:
    refusal(Answer(method, f"{page}?a=b", b"a=b", f"{FORM}; charset={charset}"))


@pytest.mark.parametrize("page", ["/no-such-page/", "/accounts/no-such-page/", "/admin/no-such-page/"])
@pytest.mark.parametrize("charset", ["utf-16", "utf-7", "no-such-charset"])
def test_a_form_in_another_charset_is_refused_also_where_there_is_no_page(page: str, charset: str) -> None:
    refusal(Answer("POST", page, b"a=b", f"{FORM}; charset={charset}", HTTP_COOKIE="csrf=" + "a" * 32))


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "utf-16"])
def test_an_address_is_read_as_utf_8_whatever_the_body_says(charset: str) -> None:
    kind = f"text/plain; charset={charset}"
    assert Answer("GET", "/research/search/?q=%2B2AA-%5Cx00", kind=kind).status == 200


@pytest.mark.parametrize("page", STRANGERS)
@pytest.mark.parametrize("length", ["x", "-1", "1.5", "\xb2"])
def test_a_length_that_is_no_number_is_refused(page: str, length: str) -> None:
    refusal(Answer("POST", page, b"a=b", CONTENT_LENGTH=length))


class HungUp(io.BytesIO):
    def read(self, *_: Any) -> bytes:
        raise OSError("the other side went away")


@pytest.mark.parametrize("page", ["/accounts/login/", "/information-packet/"])
@pytest.mark.parametrize("kind", [FORM, PARTS])
def test_whoever_hangs_up_in_the_middle_of_a_post_is_no_fault_of_ours(page: str, kind: str) -> None:
    refusal(Answer("POST", page, b"name=Zoe", kind, **{"wsgi.input": HungUp()}))


def fails(request: HttpRequest) -> HttpResponse:
    raise LookupError("the fault itself")


def fails_again(request: HttpRequest, exception: Exception) -> HttpResponse:
    raise LookupError("the fault of the page that should tell of it")


urlpatterns = [url("fails/", fails), *urls.urlpatterns]
handler404 = fails_again
handler500 = getattr(urls, "handler500", None)


@pytest.mark.parametrize(("page", "words"), [("/fails/", "itself"), ("/nowhere/", "should tell")])
def test_each_fault_leaves_one_traceback_also_when_a_page_of_an_error_fails(
    settings: Any, console: io.StringIO, page: str, words: str
) -> None:
    settings.ROOT_URLCONF = __name__
    assert Answer("GET", page).status == 500
    [traceback] = tracebacks(console)
    assert words in traceback


class NoRoom(dict[str, Any]):
    """A fault before there is any request."""

    def get(self, *_: Any) -> Any:
        raise MemoryError


def test_the_outermost_layer_answers_for_what_nobody_else_can(console: io.StringIO) -> None:
    before = generate_latest(REGISTRY)
    statuses: list[Any] = []
    body = wsgi.application(NoRoom(HTTP_TRANSFER_ENCODING="chunked"), lambda *given: statuses.append(given))
    [(status, headers)] = statuses
    assert status.startswith("500")
    assert b"our side" in b"".join(body)
    assert {"X-Request-ID", "Cache-Control", "Content-Security-Policy"} <= set(dict(headers))
    assert generate_latest(REGISTRY) != before
    assert len(tracebacks(console)) == 1

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import override_settings

from clinic.middleware import PolicyMiddleware

pytestmark = pytest.mark.pure
SELF = {"default-src": ["'self'"]}


def headers(path: str = "/") -> Any:
    return PolicyMiddleware(lambda _request: HttpResponse("x"))(RequestFactory().get(path)).headers


def test_a_policy_that_only_reports_is_sent_too() -> None:
    with override_settings(CONTENT_SECURITY_POLICY_REPORT_ONLY={"DIRECTIVES": SELF}):
        assert "Content-Security-Policy-Report-Only" in headers()


def test_what_is_left_out_has_none() -> None:
    with override_settings(CONTENT_SECURITY_POLICY={"DIRECTIVES": SELF, "EXCLUDE_URL_PREFIXES": ["/out/"]}):
        assert "Content-Security-Policy" not in headers("/out/of-it/")


def test_another_policy_is_sent_at_once() -> None:
    before = headers()["Content-Security-Policy"]
    with override_settings(CONTENT_SECURITY_POLICY={"DIRECTIVES": SELF}):
        assert headers()["Content-Security-Policy"] == "default-src 'self'"
    assert headers()["Content-Security-Policy"] == before

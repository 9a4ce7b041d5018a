"""Requests that no browser sends, from somebody signed in who may do everything: none is a fault of ours."""

import logging
import os
import random
import re
import resource
import time
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import got_request_exception
from django.db import transaction
from django.test import Client
from django.urls import get_resolver

from clinic.embedded.speech import say
from tests.browser_posts import CONTROLS, Page, belongs, entries, is_disabled
from tests.clinic.conftest import rows
from tests.clinic.test_roles import address_of, staff_urls, walk
from tests.faults.conftest import SEED
from tests.faults.odd_requests import Grammar, Odd
from tests.front_door import Answer

__all__ = ["rows"]

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(24 * 3600)]

RUNS = os.environ.get("ODD_RUNS")
# Those of ./run faults can be shared among several, each with a FAULTS_SEED and an ODD_RUNS of its own.
COUNTS = [int(RUNS or 5_000), pytest.param(int(RUNS or 1_000_000), marks=pytest.mark.full)]
SIZES = pytest.mark.parametrize("count", COUNTS)
# Somebody has given up by then.
LONGEST_SECONDS = 2.0
# What a process holds for its pages and statements it has after the first fifth; beyond that nothing may gather.
MOST_GROWN_MB = 40
TOKEN = "a" * 32
# /readyz gives its connection back, and with it the transaction of the test; logging out ends the session.
LEFT_OUT = re.compile(r"readyz|logout|metrics")


@pytest.fixture
def quiet() -> Iterator[list[str]]:
    """No log, which pytest would keep; but each traceback of the request at work."""
    faults: list[str] = []

    def keep(**_: Any) -> None:
        faults.append("\n".join(traceback.format_exc().splitlines()[-12:]))

    got_request_exception.connect(keep)
    logging.disable(logging.CRITICAL)
    yield faults
    logging.disable(logging.NOTSET)
    got_request_exception.disconnect(keep)


def addresses(rows: dict[str, Any]) -> list[str]:
    of_staff = [address_of(name, rows) for name in staff_urls() if ":" in name or "<" not in staff_urls()[name]]
    others = [route for _name, route in walk(get_resolver().url_patterns, "", "")]
    public = ["/" + re.sub(r"<[^>]+>", "x", route) for route in others if not route.startswith(("admin/", "accounts/"))]
    slug = rows["articles_article"].slug
    found = [*of_staff, *public, f"/research/{slug}/", "/static/site.css", "/healthz", "/none-such/"]
    return [path for path in found if not LEFT_OUT.search(path)]


def forms(client: Client, paths: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """Of each page that opens, each form that it posts, and a bare post to each address besides."""
    found: list[tuple[str, dict[str, Any]]] = [(path, {}) for path in paths]
    for path in paths:
        with transaction.atomic():
            response = client.get(path)
            transaction.set_rollback(True)
        if response.status_code == 200 and "text/html" in response.headers.get("Content-Type", ""):
            found += forms_on(path, response.text)
    return found


def forms_on(path: str, html: str) -> Iterator[tuple[str, dict[str, Any]]]:
    tree = Page(html).root
    for form in tree.all("form"):
        controls = [one for one in tree.all(*CONTROLS) if belongs(one, form) and not is_disabled(one)]
        if form.get("method").lower() == "post":
            fields = dict(entries(controls, None))
            # The header of each request carries one that fits.
            fields.pop("csrfmiddlewaretoken", None)
            yield form.get("action") or path, fields


def send(odd: Odd, cookie: str) -> tuple[int, float]:
    meta = {"HTTP_COOKIE": f"session={cookie}; csrf={TOKEN}", "HTTP_X_CSRFTOKEN": TOKEN, **odd.meta}
    began = time.process_time()
    with transaction.atomic():
        status = Answer(odd.method, odd.path, odd.body, odd.kind, **meta).status
        transaction.set_rollback(True)
    return status, time.process_time() - began


def memory() -> float:
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize() / 2**20


@SIZES
def test_no_request_however_odd_is_a_fault_of_ours(
    desk: Client, rows: dict[str, Any], settings: Any, quiet: list[str], count: int
) -> None:
    settings.WEBHOOK_SECRET = "of a test"
    paths = addresses(rows)
    chance = random.Random(SEED)
    grammar = Grammar(paths, [form for form in forms(desk, paths) if not LEFT_OUT.search(form[0])], chance)
    cookie = desk.cookies["session"].value
    wrong: list[Any] = []
    slowest = 0.0
    for number in range(count):
        if number == count // 5:
            before = memory()
        odd = grammar.request()
        status, seconds = send(odd, cookie)
        slowest = max(slowest, seconds)
        if status >= 500 or seconds > LONGEST_SECONDS:
            wrong.append((number, status, round(seconds, 1), odd, quiet[-1:]))
        quiet.clear()
    grown = memory() - before
    say(f"odd requests: {count}, {len(wrong)} wrong, slowest {slowest:.2f} s, {grown:+.0f} MB (FAULTS_SEED={SEED})")
    assert wrong == []
    assert grown < MOST_GROWN_MB

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import JSONField, Model
from django.test import Client
from django.urls import reverse

from clinic import slow_statements

# The profile has one row, and so no list.
LISTED = [model for model in admin.site._registry if model._meta.model_name != "clinicprofile"]
# Each wants another kind of value than a browser sends, or more than one.
ODD = {"range": "x", "regex": "(", "in": "x,99999999999999999999999", "date__range": "2026-01-01"}


def name(model: Any) -> str:
    return str(model._meta.label_lower)


def lookups(model: type[Model]) -> list[dict[str, str]]:
    """One field of each kind."""
    fields = {type(field): field.name for field in model._meta.concrete_fields if not isinstance(field, JSONField)}
    return [{f"{field}__{lookup}": value} for field in fields.values() for lookup, value in ODD.items()]


@pytest.mark.parametrize("model", LISTED, ids=name)
def test_no_lookup_on_any_list_is_a_fault_of_ours(desk: Client, model: type[Model]) -> None:
    page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    answers = [(desk.get(page, lookup).status_code, lookup) for lookup in lookups(model)]
    assert [answer for answer in answers if answer[0] not in (200, 302, 400)] == []


READ_BY_NOBODY = ["state__range=x", "state__regex=(", "created_at__date__range=x", "id__range=1"]


@pytest.mark.parametrize("query", READ_BY_NOBODY)
def test_a_filter_that_cannot_be_read_is_refused_in_words(desk: Client, query: str) -> None:
    response = desk.get(f"/admin/mailings/outgoingemail/?{query}")
    assert response.status_code == 400
    assert "This filter cannot be read" in response.text
    assert desk.head(f"/admin/mailings/outgoingemail/?{query}").status_code == 400


def test_a_page_that_is_no_longer_there_leads_to_the_list(desk: Client) -> None:
    assert desk.get("/admin/mailings/outgoingemail/?p=7", follow=True).status_code == 200


PAGES = ["/admin/articles/topic/", "/admin/articles/topic/add/", "/admin/clinic/staffuser/1/change/"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("field", ["", "no_such_field", "password"])
def test_a_field_that_nobody_may_point_at_is_refused(desk: Client, page: str, field: str) -> None:
    assert desk.get(page, {"_to_field": field}).status_code == 400


NO_ROWS: list[Any] = ["", "x", "{}", "{0}", "-1", "1.5", "9" * 400, "\u0663", ["1", "x"]]


@pytest.mark.parametrize("page", ["/admin/mailings/outgoingemail/", "/admin/enquiries/lead/"])
@pytest.mark.parametrize("rows", NO_ROWS)
def test_a_tick_that_is_no_row_is_answered_with_a_sentence(desk: Client, page: str, rows: Any, lead: Any) -> None:
    [action, *_] = re.findall(r'<option value="([a-z_]+)"', desk.get(page).text.partition('name="action"')[2])
    for index in ({}, {"index": "0"}):
        data = urlencode({"action": action, "_selected_action": rows, **index}, doseq=True)
        response = desk.post(page, data, content_type="application/x-www-form-urlencoded", follow=True)
        assert response.status_code == 200
        assert "Choose some rows" in response.text


def test_a_search_that_takes_too_long_is_stopped_with_a_sentence(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_statements, "LONGEST_MS", 100)
    with connection.cursor() as cursor:
        cursor.execute(SLOW)
    response = desk.get("/admin/mailings/suppression/")
    assert response.status_code == 503
    assert "This took too long" in response.text
    # It was no outage, so nothing else is answered as if there were one.
    assert desk.get("/").status_code == 200


SLOW = """
ALTER TABLE mailings_suppression RENAME TO slept;
CREATE VIEW mailings_suppression AS SELECT slept.*, pg_sleep(2)::text FROM (SELECT 1) AS one LEFT JOIN slept ON true
"""

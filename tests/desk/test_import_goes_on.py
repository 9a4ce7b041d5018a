"""What was asked for as an import began is kept for the rest of it, and for nothing else."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client

from enquiries.actions import erase_person
from enquiries.actions.imports import lists
from enquiries.models import Lead
from enquiries.signals import leads_imported
from tests.browser_posts import untouched
from tests.lead_lists import preview_of, saved, upload, workbook


def test_what_was_asked_for_as_it_began_is_offered_for_the_rest(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "AT_ONCE", 1)
    stop = "Name,E-Mail,unsubscribed\nA,a@example.org,\nB,b@example.org,\nC,c@example.org,yes\n"
    url, page = preview_of(desk, stop)
    typed = {**untouched(page, "confirm-form"), "spread": "3", "keep_from_mail": "on"}
    parts = iter([True, False])

    def killed(**told: Any) -> None:
        if not next(parts):
            raise KeyboardInterrupt

    leads_imported.connect(killed)
    with pytest.raises(KeyboardInterrupt):
        desk.post(url, typed)
    leads_imported.disconnect(killed)
    assert Lead.objects.count() == 1
    rest = untouched(desk.get(url), "confirm-form")
    assert {name: rest[name] for name in ("spread", "keep_from_mail")} == {"spread": "3", "keep_from_mail": "on"}


def two_sheets_of_erased_people() -> bytes:
    book = openpyxl.load_workbook(BytesIO(workbook(["Email", "Other"], ["zoe@example.com", "bo@example.com"])))
    for row in (["Email", "Other"], ["bo@example.com", "zoe@example.com"]):
        (book["Old"] if "Old" in book else book.create_sheet("Old")).append(row)
    return saved(book)


@pytest.mark.parametrize("instead", ["of another sheet", "by another column"])
def test_nobody_is_ticked_whom_nobody_ticked(desk: Client, monkeypatch: pytest.MonkeyPatch, instead: str) -> None:
    """Where it was cut off with the first rows, they may turn out to be of the wrong people."""
    for address in ("zoe@example.com", "bo@example.com"):
        Lead.objects.create(email=address, next_action="Call", next_action_on="2028-01-01")
        erase_person(address=address)
    columns = upload(desk, two_sheets_of_erased_people(), "list.xlsx")["Location"]
    chosen = {**untouched(desk.get(columns), "columns-form"), "column_0": "email", "column_1": ""}
    url = desk.post(columns, chosen)["Location"]
    form = untouched(desk.get(url), "confirm-form")

    def killed(**told: Any) -> None:
        raise KeyboardInterrupt

    leads_imported.connect(killed)
    with pytest.raises(KeyboardInterrupt):
        desk.post(url, {**form, "bring_back": "2"})
    leads_imported.disconnect(killed)
    assert untouched(desk.get(url), "confirm-form")["bring_back"] == "2"
    if instead == "of another sheet":
        desk.post(columns.replace("columns", "sheet"), {"sheet": "Old"})
    else:
        chosen = {**chosen, "column_0": "", "column_1": "email"}
    assert desk.post(columns, chosen).status_code == 302
    page = desk.get(url)
    assert "bo@example.com" in page.text
    assert "bring_back" not in untouched(page, "confirm-form")

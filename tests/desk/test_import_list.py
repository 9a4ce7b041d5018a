from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic.models import AuditEvent
from enquiries import tasks
from enquiries.actions import erase_person
from enquiries.actions.imports import lists
from enquiries.models import Lead, LeadEvent, LeadImport
from foundation.models import ClinicProfile
from mailings.actions import suppress
from mailings.models import Consent, OutgoingEmail, Suppression
from tests.browser_posts import untouched
from tests.conftest import AWKWARD_NAME
from tests.lead_lists import AGREED, LIST, URL, bring, counts, preview_of, refused_rows, saved, upload, workbook


def test_a_list_becomes_leads_with_how_they_agreed_and_no_mail_and_no_proof(desk: Client) -> None:
    page = bring(desk, LIST)
    assert counts(page) == (3, 0, 0, 0)
    zoe = Lead.objects.get(email="zoe@example.com")
    assert (zoe.name, zoe.phone, zoe.country, zoe.stage) == (AWKWARD_NAME, "+353 1 234 5678", "IE", "new")
    assert (zoe.next_action, zoe.next_action_on) == ("get_in_touch", ClinicProfile.objects.current().today())
    held = LeadImport.objects.get()
    imported = zoe.events.get(kind="imported")
    assert (imported.text, imported.data) == (AGREED["consent"], {"import": held.pk, "row": 2})
    assert str(imported.actor) == "Sam Staff"
    assert zoe.events.get(kind="note").text == "Asked about\nthe costs"
    assert zoe.events.get(kind="stage").actor == imported.actor
    assert Lead.objects.get(name="Müller").email == "mueller@xn--bcher-kva.example"
    assert Lead.objects.get(email=None).country == "US"
    assert (Consent.objects.count(), OutgoingEmail.objects.count()) == (0, 0)
    assert zoe.first_answer_due_at is None
    assert desk.get(zoe.get_absolute_url()).status_code == 200


def test_each_page_shows_what_it_should_and_nothing_is_imported_before_the_last(desk: Client) -> None:
    assert "agreed that we contact them" in desk.get(URL).text
    columns = desk.get(upload(desk, LIST)["Location"]).text
    assert "38 · 39" in columns
    assert "leave out" in columns
    _url, page = preview_of(desk, LIST)
    assert "Müller" in page.text
    assert counts(page) == (3, 0, 0, 0)
    assert Lead.objects.count() == LeadEvent.objects.count() == 0


@pytest.mark.parametrize("missing", [{"agreed": ""}, {"consent": ""}, {"consent": "yes"}])
def test_without_their_agreement_nothing_is_even_read(desk: Client, missing: dict[str, str]) -> None:
    answer = upload(desk, LIST, **missing)
    assert answer.status_code == 422
    assert not LeadImport.objects.exists()


def test_who_is_a_lead_already_stays_as_they_are_and_the_difference_is_shown(desk: Client) -> None:
    lead = Lead.objects.create(name="Zoë", email="zoe@example.com", next_action="x", next_action_on="2028-01-01")
    _url, page = preview_of(desk, LIST)
    assert counts(page) == (2, 1, 0, 0)
    assert "Telephone: –" in page.text
    assert lead.get_absolute_url() in page.text
    assert counts(bring(desk, LIST)) == (2, 1, 0, 0)
    lead.refresh_from_db()
    assert (lead.name, lead.phone, lead.version) == ("Zoë", "", 1)
    assert not lead.events.filter(kind="imported").exists()


def test_a_person_in_the_file_twice_is_imported_once_and_the_other_row_comes_back(desk: Client) -> None:
    page = bring(desk, "name,email\nZoë,zoe@example.com\nZ,ZOE@example.com\nZoe,z.oe+x@example.com\nN,n/a\nM,n/a\n")
    assert counts(page) == (2, 0, 1, 2)
    rows = refused_rows(desk, page)
    assert rows[0] == ["Row", "Why not", "name", "email"]
    assert rows[1] == ["3", "The same person as in row 2.", "Z", "ZOE@example.com"]
    assert "“n/a” is no e-mail address." in rows[2][1]


def test_the_same_list_again_imports_nobody_even_without_addresses(desk: Client) -> None:
    assert counts(bring(desk, LIST)) == (3, 0, 0, 0)
    assert counts(bring(desk, LIST)) == (0, 3, 0, 0)
    assert Lead.objects.count() == 3


def test_confirming_twice_imports_once(desk: Client) -> None:
    url, _page = preview_of(desk, LIST)
    first = desk.post(url, follow=True)
    second = desk.post(url, follow=True)
    assert counts(first) == counts(second) == (3, 0, 0, 0)
    assert Lead.objects.count() == 3
    assert bytes(LeadImport.objects.get().content) == b""


def test_an_import_that_was_cut_off_goes_on_where_it_stopped(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "AT_ONCE", 2)
    url, _page = preview_of(desk, LIST)
    held = LeadImport.objects.get()
    assert lists.import_next(pk=held.pk, by=held.by, request=None)
    assert Lead.objects.count() == 2
    page = desk.get(url)
    assert "The first 2 rows are imported already." in page.text
    assert "Nothing is imported yet." not in page.text
    assert counts(page) == (1, 0, 0, 0)
    assert counts(desk.post(url, follow=True)) == (3, 0, 0, 0)
    assert Lead.objects.count() == 3


def test_whom_we_may_not_write_to_is_refused(desk: Client) -> None:
    suppress(address="zoe@example.com", reason=Suppression.Reason.ASKED_TO_STOP)
    page = bring(desk, LIST)
    assert counts(page) == (2, 0, 0, 1)
    assert "Nothing may be sent to this address: they asked us to stop." in refused_rows(desk, page)[1][1]


UNREADABLE = [
    ("country", "Atlantis", "“Atlantis” is no country that we know"),
    ("phone", "call her", "“call her” is no telephone number."),
    ("phone", "4.91701E+11", "“4.91701E+11” lost its last digits."),
    ("phone", "1" * 41, "too long: 40"),
    ("name", "x" * 201, "too long: 200"),
    ("next step", "x" * 201, "too long: 200"),
    ("next action on", "3/4/2028", "no clear date"),
    ("next action on", "soon", "no clear date"),
    ("next action on", "3.-5. May 2028", "names several days: write one of them, as 2026-05-31."),
    ("received on", "2090-01-01", "still to come"),
    ("owner", "nobody@clinic.example", "Nobody who works here"),
]


@pytest.mark.parametrize(("heading", "cell", "sentence"), UNREADABLE)
def test_a_side_column_throws_nobody_away_and_what_it_said_is_kept(
    desk: Client, heading: str, cell: str, sentence: str
) -> None:
    url, page = preview_of(desk, f"email,{heading}\nzoe@example.com,{cell}\nother@example.com,\n")
    assert counts(page) == (2, 0, 0, 0)
    assert sentence in page.text
    desk.post(url)
    lead = Lead.objects.get(email="zoe@example.com")
    assert lead.events.get(kind="note").text == f"{heading}: {cell}"
    assert (lead.name, lead.phone, lead.country, lead.owner) == ("", "", "", None)


@pytest.mark.parametrize(("heading", "cell"), [("phone", "n/a"), ("country", "-"), ("owner", "unknown")])
def test_what_says_that_there_is_nothing_is_nothing(desk: Client, heading: str, cell: str) -> None:
    _url, page = preview_of(desk, f"email,{heading}\nzoe@example.com,{cell}\n")
    assert counts(page) == (1, 0, 0, 0)
    assert page.context["remarks"] == []


def test_who_has_a_telephone_comes_in_beside_an_address_that_is_none(desk: Client) -> None:
    bring(desk, "name,email,phone\nZoë,zoe@,+353 1 234 5678\nBo,n/a,+353 1 234 5679\nNo,n/a,4.91701E+11\n")
    assert list(Lead.objects.order_by("name").values_list("name", "email")) == [("Bo", None), ("Zoë", None)]
    assert counts(bring(desk, "name,email,phone\nZoë,zoe@,+353 1 234 5678\n")) == (0, 1, 0, 0)


def test_a_telephone_that_a_spreadsheet_rounded_is_refused_with_how_to_mend_it(desk: Client) -> None:
    page = bring(desk, "name,phone\nZoë,4.91701E+11\nBo,+353 1 234 5678\n")
    assert counts(page) == (1, 0, 0, 1)
    assert "give the column the format 0 or Text" in refused_rows(desk, page)[1][1]


def test_whom_nobody_could_reach_is_refused(desk: Client) -> None:
    page = bring(desk, "name,email\nZoë,\nOther,o@example.com\n")
    assert "Neither an e-mail address nor a telephone number." in refused_rows(desk, page)[1][1]


DAYS = ["2028-05-31", "31.05.2028", "31/05/2028", "05/31/2028", "31 May 2028", "May 31, 2028", "2028-05-31 00:00:00"]


@pytest.mark.parametrize("day", DAYS)
def test_clear_dates_owners_and_two_names_are_read(desk: Client, staff: Any, day: str) -> None:
    heads = "First name,Last name,email,Follow-up,Next step,Owner,Received on\n"
    bring(desk, f'{heads}Zoë,O\'Brien,zoe@example.com,"{day}",Call her,STAFF@clinic.example,2026-01-02\n')
    lead = Lead.objects.get()
    assert (lead.name, lead.next_action, lead.next_action_on) == ("Zoë O'Brien", "Call her", date(2028, 5, 31))
    assert lead.owner == staff
    assert timezone.localdate(lead.created_at) == date(2026, 1, 2)


def test_a_number_is_known_however_it_is_written(desk: Client) -> None:
    Lead.objects.create(name="Zoë", phone="+1 (212) 555-0142", next_action="x", next_action_on="2028-01-01")
    _url, page = preview_of(desk, "name,phone\nZoë,+1 212 5550142\nBo,+1 212 5550142\n")
    assert counts(page) == (1, 1, 0, 0)


@pytest.mark.parametrize("name", ["Zoë Müller", "Mueller, Zoe", "ZOE MÜLLER"])
@pytest.mark.parametrize("phone", ["030 901820", "0049 30 901820", "+49 (0)30 90-18-20"])
def test_who_has_no_address_is_known_under_another_spelling(desk: Client, name: str, phone: str) -> None:
    Lead.objects.create(name="Zoë Müller", phone="+49 30 901820", next_action="x", next_action_on="2028-01-01")
    _url, page = preview_of(desk, f'name,phone\n"{name}",{phone}\n')
    assert counts(page) == (0, 1, 0, 0)


def test_what_a_list_notes_of_whom_we_know_goes_on_their_timeline_once(desk: Client) -> None:
    lead = Lead.objects.create(email="zoe@example.com", next_action="x", next_action_on="2028-01-01")
    listed = "email,phone,note\nzoe@example.com;z@example.com,,Asked about the costs\n"
    _url, page = preview_of(desk, listed)
    assert "What the list notes of 1 person who is a lead already" in page.text
    assert not lead.events.filter(kind="note").exists()
    for _time in range(2):
        assert counts(bring(desk, listed)) == (0, 1, 0, 0)
    assert lead.events.get(kind="note").text == "Asked about the costs\nz@example.com"


def test_an_owner_is_known_by_name_and_a_list_of_ours_keeps_its_owners(desk: Client, staff: Any) -> None:
    bring(desk, "email,Owner\nzoe@example.com,sam  STAFF\n")
    assert Lead.objects.get().owner == staff


def test_of_a_workbook_with_several_sheets_the_one_that_is_named_is_read(desk: Client) -> None:
    book = openpyxl.load_workbook(BytesIO(workbook(["Name", "Email"], ["Zoë", "zoe@example.com"])))
    other = book.create_sheet("Old")
    for row in (["Name", "Email"], ["Bo", "bo@example.com"]):
        other.append(row)
    columns = desk.get(upload(desk, saved(book), "list.xlsx")["Location"]).text
    assert "This is sheet “Sheet” of the workbook." in columns
    assert "bo@example.com" in desk.get(upload(desk, saved(book), "list.xlsx", sheet="Old")["Location"]).text


def test_another_sheet_of_a_workbook_is_one_click_away_and_gone_with_the_list(desk: Client) -> None:
    book = openpyxl.load_workbook(BytesIO(workbook(["Name", "Email"], ["Zoë", "zoe@example.com"])))
    for row in (["Full name", "E-mail"], ["Bo & Sons", "bo@example.com"]):
        (book["O'Brien & Sons"] if "O'Brien & Sons" in book else book.create_sheet("O'Brien & Sons")).append(row)
    book.create_sheet("Empty")
    columns = upload(desk, saved(book), "list.xlsx")["Location"]
    form = untouched(desk.get(columns), "sheet-form")
    assert form["sheet"] == "O'Brien & Sons"
    url = columns.replace("columns", "sheet")
    assert "The file is empty." in desk.post(url, {"sheet": "Empty"}, follow=True).text
    assert "no sheet “None”" in desk.post(url, {"sheet": "None"}, follow=True).text
    page = desk.post(url, form, follow=True)
    assert ("bo@example.com" in page.text, "zoe@example.com" in page.text) == (True, False)
    assert "Read “Sheet” instead" in page.text
    assert counts(desk.post(desk.post(columns, untouched(page, "columns-form"))["Location"], follow=True)) == (
        1,
        0,
        0,
        0,
    )
    assert Lead.objects.get().name == "Bo & Sons"
    held = LeadImport.objects.get()
    assert (bytes(held.content), bytes(held.file)) == (b"", b"")
    assert "not held here" in desk.post(url, form, follow=True).text


def test_a_preview_writes_nothing_and_makes_nobody_wait(desk: Client) -> None:
    url, _page = preview_of(desk, LIST)
    with CaptureQueriesContext(connection) as captured:
        assert counts(desk.get(url)) == (3, 0, 0, 0)
    assert not [query["sql"] for query in captured if "INSERT" in query["sql"] or "advisory" in query["sql"]]


def test_the_content_of_a_list_is_written_once_more_to_be_emptied(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "AT_ONCE", 1)
    url, _page = preview_of(desk, LIST)
    with CaptureQueriesContext(connection) as captured:
        assert counts(desk.post(url, follow=True)) == (3, 0, 0, 0)
    saved = [query["sql"] for query in captured if query["sql"].startswith('UPDATE "enquiries_leadimport"')]
    # What was wished for as it began, and each of three rows.
    assert [len(saved), sum('"content"' in sql for sql in saved)] == [4, 1]


def test_control_characters_fall_away_and_a_list_of_ours_comes_back_as_it_left(desk: Client) -> None:
    bring(desk, "name,email,phone\nZo\x07ë\x1b,zoe@example.com,'+353 1 234\n")
    lead = Lead.objects.get()
    assert (lead.name, lead.phone) == ("Zoë", "+353 1 234")


def test_a_file_without_a_heading_loses_no_row(desk: Client) -> None:
    assert counts(bring(desk, "a@example.com\nb@example.com\n")) == (2, 0, 0, 0)


def test_columns_that_cannot_be_are_answered_with_a_sentence(desk: Client) -> None:
    url = upload(desk, "name,email\nZoë,zoe@example.com\n")["Location"]
    for chosen, sentence in [
        (["email", "email"], "Two columns cannot both be: E-mail address."),
        (["name", ""], "Say which column holds the e-mail address or the telephone number."),
        (["name", "password"], "not one of the available choices"),
    ]:
        answer = desk.post(url, {f"column_{place}": name for place, name in enumerate(chosen)})
        assert answer.status_code == 422
        assert sentence in answer.text
    assert LeadImport.objects.get().columns == []


def test_what_is_refused_comes_back_safe_from_formulas(desk: Client) -> None:
    page = bring(desk, "name,email\n=cmd|'/C calc'!A0,wrong\nZoë,zoe@example.com\n")
    assert refused_rows(desk, page)[1][2:] == ["'=cmd|'/C calc'!A0", "wrong"]


def test_an_import_is_on_record(desk: Client) -> None:
    bring(desk, LIST)
    event = AuditEvent.objects.get(kind="list_imported")
    held = LeadImport.objects.get()
    assert (str(event.by), event.about, event.data) == ("Sam Staff", f"import {held.pk}", {"rows": [2, 4], "leads": 3})


def test_a_list_is_held_for_a_day_and_only_for_who_brought_it(desk: Client, django_user_model: Any) -> None:
    url, _page = preview_of(desk, LIST)
    other = Client()
    other.force_login(django_user_model.objects.create_superuser("other@clinic.example"))
    assert "not held here" in other.post(url, follow=True).text
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        desk.force_login(LeadImport.objects.get().by)
        assert "not held here" in desk.post(url, follow=True).text
        tasks.forget_old_lists()
    assert (Lead.objects.count(), LeadImport.objects.count()) == (0, 0)


def test_a_list_younger_than_a_day_is_still_held(desk: Client) -> None:
    preview_of(desk, LIST)
    tasks.forget_old_lists()
    assert LeadImport.objects.count() == 1


def test_erasing_anybody_forgets_every_held_list(desk: Client, lead: Lead) -> None:
    url, _page = preview_of(desk, LIST)
    erase_person(lead=lead)
    assert not LeadImport.objects.exists()
    assert "not held here" in desk.post(url, follow=True).text


@pytest.mark.parametrize(
    ("role", "status"), [("manager", 200), ("coordinator", 403), ("auditor", 403), ("editor", 403)]
)
def test_only_managers_may_import(first_content: None, django_user_model: Any, role: str, status: int) -> None:
    user = django_user_model.objects.create_user(f"{role}@clinic.example")
    user.groups.set(Group.objects.filter(name=role))
    client = Client()
    client.force_login(user)
    assert client.get(URL).status_code == status
    assert upload(client, LIST).status_code == (302 if status == 200 else 403)


def test_no_page_holds_inline_style_or_script(desk: Client) -> None:
    Lead.objects.create(name="Zoë", email="zoe@example.com", next_action="x", next_action_on="2028-01-01")
    url, page = preview_of(desk, LIST + ",wrong,,,,\n")
    pages = [desk.get(URL), desk.get(url.replace("preview", "columns")), page, desk.post(url, follow=True)]
    for found in pages:
        text = found.text
        assert all(trace not in text for trace in ("style=", "<style", "onclick", "<script>", "javascript:"))

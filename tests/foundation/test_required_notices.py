"""Words that the law of some place wants shown: whose they are, where they stand and from when to when."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client
from pypdf import PdfReader

from clinic import pages
from enquiries import packet_content, sources
from enquiries.documents import build_packet_pdf
from enquiries.models import PacketVersion
from foundation import outage
from foundation.models import ClinicProfile, OpeningHours, RequiredNotice, RequiredNoticeRevision
from tests.browser_posts import untouched
from tests.clinic.test_pages_in_memory import get
from tests.conftest import AWKWARD_NAME
from tests.test_database_rules import refused

ADD = "/admin/foundation/requirednotice/add/"
ARTICLE, PACKET = "/research/harms-of-cells-in-spinal-fluid/", "/information-packet/"
WORDS = "By the law of Fenwick <we say>: no therapy here is approved."
# A tenth of January to come, when New York is five hours behind; what the site came with is published by then.
DAY = datetime(datetime.now(UTC).year + 1, 1, 10, tzinfo=UTC)
SHOWN = "By the law of Fenwick &lt;we say&gt;: no therapy here is approved."


def add(desk: Client, **fields: str) -> Any:
    typed = {"place": "Fenwick", "text": WORDS, "state": "approved", **fields}
    return desk.post(ADD, {**untouched(desk.get(ADD), "requirednotice_form"), **typed})


def page_of(notice: RequiredNotice) -> str:
    return f"/admin/foundation/requirednotice/{notice.pk}/change/"


def change(desk: Client, **fields: str) -> Any:
    page = page_of(RequiredNotice.objects.get(place="Fenwick"))
    return desk.post(page, {**untouched(desk.get(page), "requirednotice_form"), **fields})


def test_what_came_with_the_site_is_a_draft_and_stands_nowhere(
    desk: Client, ask: Any, deliver: Any, mailoutbox: list[Any]
) -> None:
    drafts = RequiredNotice.objects.all()
    assert {(notice.place, notice.state) for notice in drafts} == {("California", "draft"), ("Florida", "draft")}
    ask()
    deliver()
    said = [get(ARTICLE).body.decode(), get(PACKET).body.decode(), mailoutbox[0].body, mailoutbox[0].alternatives[0][0]]
    assert not any("MUST BE PROVIDED" in text or "required-notice" in text for text in said)
    assert packet_content.contents(2)["notices"] == []


def test_an_approved_notice_stands_on_pages_that_were_held_too_and_goes_with_its_approval(desk: Client) -> None:
    pages.forget()
    assert not any(SHOWN in get(path).body.decode() for path in (ARTICLE, PACKET))
    assert add(desk).status_code == 302
    assert all(SHOWN in get(path).body.decode() for path in (ARTICLE, PACKET))
    assert change(desk, state="draft").status_code == 302
    assert not any(SHOWN in get(path).body.decode() for path in (ARTICLE, PACKET))


@pytest.mark.parametrize(("placement", "path", "other"), [("articles", ARTICLE, PACKET), ("packet", PACKET, ARTICLE)])
def test_it_stands_where_it_is_to_stand_and_nowhere_else(desk: Client, placement: str, path: str, other: str) -> None:
    assert add(desk, placement=placement).status_code == 302
    assert SHOWN in get(path).body.decode()
    assert SHOWN not in get(other).body.decode()
    assert bool(packet_content.contents(2)["notices"]) is (placement == "packet")


def test_it_is_named_for_its_place_in_its_language_and_cannot_be_folded_away(desk: Client) -> None:
    add(desk, place=AWKWARD_NAME, language="es-MX")
    page = get(ARTICLE).body.decode()
    before, _, after = page.partition('<section class="required-notice"')
    assert before.count("<details") == before.count("</details>")
    notice = after.partition("</section>")[0]
    assert "Notice by the law of Zoë O&#x27;Brien &amp; Sons" in notice
    assert f'<div lang="es-MX" dir="auto"><p>{SHOWN}</p>' in notice


# Where the clinic is it is still the day before at the first of the two.
@pytest.mark.parametrize(
    ("dates", "is_there_before"),
    [({"begins_on": f"{DAY:%F}"}, False), ({"ends_on": f"{DAY - timedelta(days=1):%F}"}, True)],
)
def test_it_comes_and_goes_at_midnight_where_the_clinic_is_though_nobody_saves(
    desk: Client, dates: dict[str, str], is_there_before: bool
) -> None:
    # Their words change at midnight, too.
    OpeningHours.objects.all().delete()
    ClinicProfile.objects.update(time_zone="America/New_York")
    add(desk, **dates)
    with time_machine.travel(DAY.replace(hour=4, minute=59, second=59), tick=False) as clock:
        pages.forget()
        for is_there in (is_there_before, not is_there_before):
            for _held in range(2):
                assert (SHOWN in get(ARTICLE).body.decode()) is is_there
            clock.move_to(DAY.replace(hour=5))


def test_whoever_asks_again_for_a_page_hears_that_a_notice_came_by_its_date(desk: Client) -> None:
    OpeningHours.objects.all().delete()
    ClinicProfile.objects.update(time_zone="UTC")
    add(desk, begins_on=f"{DAY:%F}")
    with time_machine.travel(DAY - timedelta(hours=1), tick=False) as clock:
        pages.forget()
        seen = get(ARTICLE).headers["Last-Modified"]
        clock.move_to(DAY.replace(hour=1))
        answer = get(ARTICLE, if_modified_since=seen)
    assert (answer.status, SHOWN in answer.body.decode()) == (200, True)


def test_the_mail_of_the_packet_and_the_document_bring_it(
    desk: Client, ask: Any, deliver: Any, mailoutbox: list[Any]
) -> None:
    add(desk)
    ask()
    deliver()
    [mail] = [mail for mail in mailoutbox if mail.attachments]
    assert WORDS in mail.body
    assert SHOWN in mail.alternatives[0][0]
    assert "Notice by the law of Fenwick" in mail.body
    add(desk, place="Holm", text="Holm's own words.")
    ask(email="second@example.com")
    deliver()
    assert "Holm's own words." in mailoutbox[-1].body


def test_the_document_says_it_in_front_and_one_of_before_is_called_older(desk: Client) -> None:
    version = PacketVersion.objects.get()
    assert sources.ChangeKind.NOTICES not in [change.kind for change in sources.changes(version)]
    add(desk, text="One line.\r\nAnother.\r\n\r\nA second part.")
    assert sources.ChangeKind.NOTICES in [change.kind for change in sources.changes(version)]
    document = PdfReader(BytesIO(build_packet_pdf(packet_content.contents(2))))
    text = "\n".join(page.extract_text() for page in document.pages[:2])
    assert "Notice by the law of Fenwick" in text
    assert "One line.\nAnother.\nA second part." in text


def test_no_mail_goes_without_its_notice_because_they_could_not_be_read(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(desk)
    outage.forget()
    monkeypatch.setattr(outage, "is_away", lambda: True)
    with pytest.raises(OperationalError):
        RequiredNotice.objects.mailed("packet")
    assert RequiredNotice.objects.shown("packet") == ()


def test_each_state_of_it_is_kept_with_who_saved_it_and_none_is_rewritten(desk: Client, staff: Any) -> None:
    add(desk, begins_on="2027-01-01")
    change(desk, text="Other words.")
    change(desk)
    notice = RequiredNotice.objects.get(place="Fenwick")
    assert [revision.saved_by for revision in notice.revisions.all()] == [staff, staff]
    page = desk.get(page_of(notice).replace("change", "history")).text
    assert SHOWN in page
    assert "Other words." in page
    assert "approved by counsel: shown from its first day on" in page
    assert refused("UPDATE foundation_requirednoticerevision SET content = '{}'")
    assert refused("DELETE FROM foundation_requirednoticerevision")
    assert refused("SET CONSTRAINTS ALL IMMEDIATE; DELETE FROM foundation_requirednotice")
    assert RequiredNoticeRevision.objects.filter(notice=notice).count() == 2


def test_what_a_colleague_saved_meanwhile_is_not_written_over(desk: Client) -> None:
    add(desk)
    page = page_of(RequiredNotice.objects.get(place="Fenwick"))
    stale = untouched(desk.get(page), "requirednotice_form")
    change(desk, text="A colleague's words.")
    answer = desk.post(page, {**stale, "text": "My words."})
    assert answer.status_code == 409
    assert "Nothing of yours is saved yet." in answer.text
    assert "My words." in answer.text
    assert RequiredNotice.objects.get(place="Fenwick").text == "A colleague's words."


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"begins_on": "2027-02-02", "ends_on": "2027-02-01"}, "The last day comes before the first."),
        ({"language": "Spanish!"}, "Write a language as its code, such as en or es."),
        ({"text": " "}, "This field is required."),
    ],
)
def test_what_cannot_be_is_said(desk: Client, fields: dict[str, str], sentence: str) -> None:
    answer = add(desk, **fields)
    assert sentence in answer.text
    assert not RequiredNotice.objects.filter(place="Fenwick").exists()

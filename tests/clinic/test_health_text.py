from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from clinic.models import AuditEvent
from desk.lead.lead_page import NEWEST_EVENTS
from enquiries.actions import add_note, move_lead, set_next_action
from enquiries.models import Enquiry, Lead, LeadEvent
from foundation.models import ClinicProfile

READERS = ["coordinator", "clinical", "manager", "superuser"]
# Each stands on the lead's page for who may read it.
WORDS = ["my spine", "sports-injuries", "Her knee", "Not for us: cancer", "autumn-backs"]


def opened() -> list[tuple[str, str]]:
    rows = AuditEvent.objects.filter(kind="health_text_opened").order_by("pk")
    return [(str(row.by), row.about) for row in rows]


@pytest.fixture
def person(ask: Callable[..., Any], staff: Any) -> Lead:
    ask(message="It is my spine", topic="sports-injuries", source_path="/research/x/?utm_campaign=autumn-backs")
    lead = Lead.objects.get()
    add_note(lead=lead, text="Her knee hurts", by=staff)
    move_lead(lead=lead, stage="unsuitable", reason="Not for us: cancer", by=staff)
    return lead


def lead_page(lead: Lead) -> str:
    return lead.get_absolute_url()


def enquiry_page(lead: Lead) -> str:
    return f"/admin/enquiries/enquiry/{Enquiry.objects.get(lead=lead).pk}/change/"


@pytest.mark.parametrize("role", READERS)
def test_opening_what_a_person_wrote_leaves_one_row(browser: Any, person: Lead, role: str) -> None:
    page = browser(role).get(lead_page(person))
    assert all(words in page.text for words in WORDS)
    ((who, about),) = opened()
    assert (role in who, about) == (True, f"lead {person.pk}")


def test_the_enquiry_as_typed_leaves_a_row_too_each_time(browser: Any, person: Lead) -> None:
    client = browser("coordinator")
    for _time in range(2):
        assert "my spine" in client.get(enquiry_page(person)).text
    number = Enquiry.objects.get().pk
    assert opened() == [("coordinator", f"enquiry {number}")] * 2


@pytest.mark.parametrize("path", [lead_page, enquiry_page])
def test_an_auditor_reads_all_but_what_a_person_wrote(browser: Any, person: Lead, path: Any) -> None:
    page = browser("auditor").get(path(person))
    assert "Zoë O&#x27;Brien &amp; Sons" in page.text
    assert "Your account may not read it." in page.text
    assert [words for words in WORDS if words in page.text] == []
    assert opened() == []


def test_the_reason_for_closing_leaves_its_row_though_its_line_is_too_old_to_show(
    browser: Any, lead: Lead, staff: Any
) -> None:
    move_lead(lead=lead, stage="unsuitable", reason="Not for us: cancer", by=staff)
    LeadEvent.objects.bulk_create(LeadEvent(lead=lead, kind="packet_sent") for _number in range(NEWEST_EVENTS + 1))
    assert "Not for us: cancer" in browser("coordinator").get(lead_page(lead)).text
    assert opened() == [("coordinator", f"lead {lead.pk}")]


def test_a_page_without_such_words_leaves_no_row(browser: Any, lead: Lead) -> None:
    client = browser("coordinator")
    for page in (lead_page(lead), enquiry_page(lead)):
        assert client.get(page).status_code == 200
    assert opened() == []
    assert "may not read" not in browser("auditor").get(lead_page(lead)).text


def test_a_page_that_is_only_asked_about_or_refused_leaves_its_row_as_well(browser: Any, person: Lead) -> None:
    client = browser("coordinator")
    client.head(lead_page(person))
    assert client.post(f"/admin/enquiries/lead/{person.pk}/note/", {"text": ""}).status_code == 422
    assert client.get(lead_page(person), headers={"If-None-Match": "*"}).status_code == 200
    assert len(opened()) == 3


def test_without_the_row_there_is_no_page(browser: Any, person: Lead) -> None:
    client = browser("coordinator")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE check_violation; END $$;"
            "CREATE TRIGGER no_row BEFORE INSERT ON clinic_auditevent EXECUTE FUNCTION refuse()"
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        client.get(lead_page(person))


@pytest.mark.parametrize("role", [*READERS, "auditor"])
def test_lists_today_and_mails_show_none_of_it(browser: Any, person: Lead, role: str) -> None:
    client = browser(role)
    pages = ["/admin/", "/admin/enquiries/lead/?hidden=&q=zoe", "/admin/enquiries/enquiry/", "/admin/mailings/consent/"]
    mail = person.deliveries.get().outgoing.pk
    consent = Enquiry.objects.get().consent_contact_id
    pages += [f"/admin/mailings/outgoingemail/{mail}/change/", f"/admin/mailings/consent/{consent}/change/"]
    for page in pages:
        response = client.get(page)
        assert response.status_code == 200
        assert [words for words in WORDS if words in response.text] == []
    assert opened() == []


@pytest.mark.parametrize(
    "question",
    [
        "enquiry/?fields__message__contains=spine",
        "enquiry/?utm__utm_campaign=x",
        "enquiry/?source_path__contains=x",
        "lead/?closed_reason__contains=cancer",
        "lead/?events__text__contains=knee",
    ],
)
def test_a_list_cannot_be_asked_for_what_its_pages_withhold(browser: Any, person: Lead, question: str) -> None:
    client: Client = browser("auditor")
    assert client.get(f"/admin/enquiries/{question}").status_code == 400


PLAN = "Ask about her cancer"
SHOW_PLANS = ["/admin/", "/admin/enquiries/lead/", "/admin/enquiries/lead/?due=today", "lead"]


@pytest.fixture
def planned(lead: Lead, staff: Any) -> Lead:
    today = ClinicProfile.objects.current().today()
    return set_next_action(lead=lead, next_action=PLAN, next_action_on=today, by=staff)


@pytest.mark.parametrize("page", SHOW_PLANS)
def test_an_auditor_reads_no_next_action_that_somebody_typed(browser: Any, planned: Lead, page: str) -> None:
    url = lead_page(planned) if page == "lead" else page
    assert PLAN in browser("coordinator").get(url).text
    text = browser("auditor").get(url).text
    assert "withheld" in text
    assert PLAN not in text


@pytest.mark.parametrize("page", SHOW_PLANS)
def test_an_auditor_reads_a_next_action_that_nobody_typed(browser: Any, lead: Lead, page: str) -> None:
    url = lead_page(lead) if page == "lead" else page
    text = browser("auditor").get(url).text
    assert "Answer the enquiry" in text
    assert "withheld" not in text


def test_an_auditor_finds_nobody_by_what_was_typed_as_the_next_action(browser: Any, planned: Lead) -> None:
    client = browser("auditor")
    assert planned.get_absolute_url() in client.get("/admin/enquiries/lead/").text
    assert planned.get_absolute_url() not in client.get("/admin/enquiries/lead/?next_action__contains=cancer").text


def test_a_next_action_on_the_page_leaves_its_row(browser: Any, lead: Lead) -> None:
    Lead.objects.update(next_action=PLAN)
    assert PLAN in browser("coordinator").get(lead_page(lead)).text
    assert opened() == [("coordinator", f"lead {lead.pk}")]


def test_who_compares_two_leads_reads_what_is_planned_with_each(desk: Client, lead: Lead) -> None:
    other = Lead.objects.create(email="other@example.org", next_action="About her knee", next_action_on="2028-01-01")
    compare = f"{lead.get_absolute_url()[:-7]}merge/"
    desk.get(compare)
    assert opened() == []
    assert "About her knee" in desk.get(compare, {"other": other.pk}).text
    assert opened() == [("Sam Staff", f"lead {other.pk}")]

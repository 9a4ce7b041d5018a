from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from enquiries.actions import log_call, merge_leads
from enquiries.models import Lead, LeadEvent, PacketDelivery
from mailings.actions import stop_mail, suppress
from mailings.models import OutgoingEmail, Suppression
from mailings.rules import asked_to_stop
from tests.browser_posts import untouched

Ask = Callable[..., Any]
QUEUE = "Asked to stop, and writes again"
WORDS = "Zoë O'Brien rang up: she wants the packet after all."


@pytest.fixture
def stopped(ask: Ask, desk: Client) -> Lead:
    ask()
    lead = Lead.objects.get()
    form = untouched(desk.get(lead.get_absolute_url()), "move-form")
    closed = {**form, "stage": "lost", "asked_to_stop": "on", "reason": ""}
    assert desk.post(f"{lead.get_absolute_url().removesuffix('change/')}move/", closed).status_code == 302
    assert asked_to_stop("zoe@example.com")
    return lead


def lift(desk: Client, lead: Lead, **fields: str) -> Any:
    form = untouched(desk.get(lead.get_absolute_url()), "lift-stop-form")
    url = f"{lead.get_absolute_url().removesuffix('change/')}lift-stop/"
    return desk.post(url, {**form, "words": WORDS, **fields}, follow=True)


def test_who_asked_to_stop_is_on_no_list_until_they_write_again(stopped: Lead, desk: Client) -> None:
    assert QUEUE not in desk.get("/admin/").text
    assert stopped.events.filter(kind="packet_not_sent").exists()


@pytest.mark.parametrize("contact", ["on", None])
def test_who_writes_again_stands_on_today_also_while_closed(
    stopped: Lead, desk: Client, ask: Ask, contact: str | None
) -> None:
    ask(message="I would like it after all", consent_contact=contact)
    assert PacketDelivery.objects.count() == 1
    assert QUEUE in desk.get("/admin/").text
    found = desk.get("/admin/enquiries/lead/?packet=stopped")
    assert list(found.context["cl"].result_list) == [stopped]


def test_of_the_merged_the_survivor_stands_there(stopped: Lead, desk: Client, ask: Ask, staff: Any) -> None:
    ask(email="other@example.com")
    other = Lead.objects.get(email="other@example.com")
    ask(email="stranger@example.com")
    merge_leads(lead=stopped, into=other, by=staff)
    ask(message="And once more")
    found = desk.get("/admin/enquiries/lead/?packet=stopped")
    assert list(found.context["cl"].result_list) == [other]


@pytest.mark.parametrize(("outcome", "stands"), [("spoke", False), ("no_answer", True)])
def test_who_was_spoken_with_is_off_the_list(
    stopped: Lead, desk: Client, ask: Ask, staff: Any, outcome: str, stands: bool
) -> None:
    ask(message="I would like it after all")
    log_call(lead=stopped, outcome=outcome, by=staff)
    assert (QUEUE in desk.get("/admin/").text) is stands


def test_a_coordinator_lifts_the_stop_with_their_words_and_the_packet_goes(
    stopped: Lead, desk: Client, ask: Ask, deliver: Any, mailoutbox: list[Any], django_user_model: Any
) -> None:
    ask(message="I would like it after all")
    coordinator = django_user_model.objects.create_user("coordinator@clinic.example", name="Cleo")
    coordinator.groups.add(Group.objects.get(name="coordinator"))
    client = Client()
    client.force_login(coordinator)
    page = lift(client, stopped)
    assert "Mail goes to them again." in page.text
    event = LeadEvent.objects.get(kind="stop_lifted")
    assert (event.text, event.actor) == (WORDS, coordinator)
    assert Suppression.objects.get().lifted_by == coordinator
    assert QUEUE not in client.get("/admin/").text
    deliver()
    assert [mail.to for mail in mailoutbox if mail.attachments] == [["zoe@example.com"]]


def test_without_their_words_nothing_is_lifted(stopped: Lead, desk: Client) -> None:
    assert lift(desk, stopped, words="  ").status_code == 422
    assert asked_to_stop("zoe@example.com")


def test_what_servers_say_of_the_address_stays_and_no_packet_goes(stopped: Lead, desk: Client) -> None:
    suppress(address="zoe@example.com", reason=Suppression.Reason.HARD_BOUNCE)
    refused = lift(desk, stopped)
    assert refused.status_code == 422
    assert "it does not exist" in refused.text
    assert WORDS.replace("'", "&#x27;") in refused.text
    form = {"words": WORDS}
    url = f"{stopped.get_absolute_url().removesuffix('change/')}lift-stop/"
    assert desk.post(url, form).status_code == 302
    assert not asked_to_stop("zoe@example.com")
    assert Suppression.objects.standing().get().reason == "hard_bounce"


def test_a_stop_said_at_one_address_is_lifted_at_all_of_them(stopped: Lead, desk: Client, ask: Ask, staff: Any) -> None:
    ask(email="other@example.com")
    other = Lead.objects.get(email="other@example.com")
    stop_mail(address="other@example.com", by=staff)
    OutgoingEmail.objects.update(created_at="2020-01-01T00:00Z")
    merge_leads(lead=stopped, into=other, by=staff)
    lift(desk, other)
    assert not asked_to_stop("zoe@example.com")
    assert not asked_to_stop("other@example.com")


def test_nothing_is_lifted_where_nothing_stands(lead: Lead, desk: Client) -> None:
    url = f"{lead.get_absolute_url().removesuffix('change/')}lift-stop/"
    assert desk.post(url, {"words": WORDS}).status_code == 422
    assert not LeadEvent.objects.filter(kind="stop_lifted").exists()


def test_the_page_promises_nothing_to_whom_nothing_may_go_and_is_the_same_for_all(
    stopped: Lead, ask: Ask, client: Client
) -> None:
    known, stranger = ask(message="Again"), ask(email="stranger@example.com")
    pages = [client.get(answer["Location"]) for answer in (known, stranger)]
    assert pages[0].content == pages[1].content
    assert "If you once asked us for no more mail, we do not send it because of this form" in pages[0].text

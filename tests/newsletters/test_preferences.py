from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from articles.models import Topic
from clinic.models import AuditEvent
from enquiries.actions import erase_person, export_person
from enquiries.models import Lead
from foundation.models import ConsentWording
from foundation.tokens import hash_address, make_token
from mailings.actions import stop_mail
from mailings.models import Consent, OutgoingEmail, Suppression
from newsletters.actions import end_subscription, request_newsletter, unsubscribe
from newsletters.models import Subscriber, SubscriberTopic
from tests.browser_posts import untouched
from tests.newsletters.readers import new_reader, path_of

State = Subscriber.State


@pytest.fixture
def reader(first_content: None) -> Subscriber:
    return new_reader("zoe@example.com")


@pytest.fixture
def page(reader: Subscriber) -> str:
    """The path of their preferences, as a mail links it."""
    return path_of("preferences", reader)


def press(client: Client, page: str, form: str, **fields: Any) -> Any:
    """The button of a form on the page, as a browser does it."""
    actions = {"preferences-form": page, "erase-form": f"{page}erase/"}
    posted = {**untouched(client.get(actions.get(form, page)), form), **fields}
    verb = form.removesuffix("-form")
    paths = {"hold": f"{page}what-we-hold/", "leave": None}
    path = paths.get(verb, actions.get(form, f"{page}{verb}/"))
    assert path
    assert f'action="{path}"' in client.get(page).text or form == "erase-form"
    return client.post(path, posted)


def test_a_reader_chooses_topics_and_rhythm_without_signing_in(client: Client, page: str) -> None:
    safety = Topic.objects.get(slug="safety")
    answer = press(client, page, "preferences-form", topics=[str(safety.pk)], rhythm="monthly")
    assert "Your choices are saved." in answer.text
    found = Subscriber.objects.get()
    assert ([*found.topics.all()], found.rhythm) == ([safety], "monthly")
    again = untouched(client.get(page), "preferences-form")
    assert (again["topics"], again["rhythm"]) == (str(safety.pk), "monthly")


def test_who_wants_each_again_reads_that_the_next_one_comes_next(client: Client, page: str) -> None:
    told = "The next single issue comes next"
    assert told not in press(client, page, "preferences-form", rhythm="monthly").text
    assert told in press(client, page, "preferences-form", rhythm="each").text
    assert told not in press(client, page, "preferences-form", rhythm="each").text


def test_who_is_pausing_is_not_told_that_an_issue_comes_next(client: Client, page: str) -> None:
    press(client, page, "preferences-form", rhythm="monthly")
    press(client, page, "pause-form")
    answer = press(client, page, "preferences-form", rhythm="each").text
    assert "Your choices are saved." in answer
    assert "The next single issue comes next" not in answer


def test_saving_untouched_choices_changes_nothing(client: Client, page: str) -> None:
    press(client, page, "preferences-form", topics=[str(Topic.objects.all()[0].pk)])
    before = (Subscriber.objects.values().get(), [*SubscriberTopic.objects.values_list("topic")])
    press(client, page, "preferences-form")
    assert (Subscriber.objects.values().get(), [*SubscriberTopic.objects.values_list("topic")]) == before


@pytest.mark.parametrize("fields", [{"topics": "999999"}, {"topics": "x"}, {"rhythm": "hourly"}, {"language": "tlh"}])
def test_what_cannot_be_chosen_is_refused_and_nothing_saved(client: Client, page: str, fields: Any) -> None:
    before = Subscriber.objects.values().get()
    answer = client.post(page, {**untouched(client.get(page), "preferences-form"), **fields})
    assert answer.status_code == 422
    assert (Subscriber.objects.values().get(), SubscriberTopic.objects.count()) == (before, 0)


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_any_link_changes_nothing(client: Client, page: str, reader: Subscriber, method: str) -> None:
    before = kept()
    for verb in ("", "pause/", "resume/", "what-we-hold/", "erase/"):
        assert getattr(client, method)(page + verb).status_code in (200, 302), verb
        assert kept() == before, verb
    assert getattr(client, method)(path_of("unsubscribe", reader)).status_code == 200
    assert kept() == before


def kept() -> tuple[Any, ...]:
    return Subscriber.objects.values().get(), AuditEvent.objects.count(), Suppression.objects.count()


def test_a_pause_ends_by_itself_after_three_months(client: Client, page: str) -> None:
    assert "Your pause has begun." in press(client, page, "pause-form").text
    assert not Subscriber.objects.may_get_mail().exists()
    assert "You have a pause until" in client.get(page).text
    # As Postgres sees it, which asks its own clock.
    Subscriber.objects.update(paused_until=timezone.now() - timedelta(seconds=1))
    assert Subscriber.objects.may_get_mail().exists()
    assert "You have a pause until" not in client.get(page).text


def test_a_pause_lasts_for_three_months(client: Client, page: str) -> None:
    press(client, page, "pause-form")
    until = Subscriber.objects.get().paused_until
    assert until
    assert timedelta(days=90) < until - timezone.now() < timedelta(days=92)


def test_a_pause_is_ended_by_hand(client: Client, page: str) -> None:
    press(client, page, "pause-form")
    press(client, page, "resume-form")
    assert Subscriber.objects.may_get_mail().exists()


@pytest.mark.parametrize(("rhythm", "comes"), [("each", "the next issue"), ("monthly", "the next monthly e-mail")])
def test_whose_pause_is_over_reads_what_comes_to_them_next(
    client: Client, page: str, reader: Subscriber, rhythm: str, comes: str
) -> None:
    Subscriber.objects.filter(pk=reader.pk).update(rhythm=rhythm)
    press(client, page, "pause-form")
    assert f"You get {comes}." in press(client, page, "resume-form").text


def test_who_gets_an_issue_is_asked_by_state_pause_and_topic(reader: Subscriber) -> None:
    liver, safety = Topic.objects.all()[:2]
    chose, monthly = new_reader("chose@example.org"), new_reader("monthly@example.org")
    chose.topics.add(liver)
    Subscriber.objects.filter(pk=monthly.pk).update(rhythm="monthly")
    paused = new_reader("paused@example.org")
    Subscriber.objects.filter(pk=paused.pk).update(paused_until=timezone.now() + timedelta(days=1))
    wording = ConsentWording.objects.current(ConsentWording.Kind.NEWSLETTER)
    request_newsletter(address="waits@example.org", wording=wording)
    assert {*Subscriber.objects.may_get_issue().reading([liver])} == {reader, chose}
    assert {*Subscriber.objects.may_get_issue().reading([safety])} == {reader}
    assert {*Subscriber.objects.may_get_digest()} == {monthly}
    assert {*Subscriber.objects.may_get_mail()} == {reader, chose, monthly}


def test_leaving_on_the_page_of_preferences_needs_one_click(client: Client, page: str, reader: Subscriber) -> None:
    path = path_of("unsubscribe", reader)
    assert f'action="{path}"' in client.get(page).text
    client.post(path, untouched(client.get(page), "leave-form"))
    assert Subscriber.objects.get().state == State.UNSUBSCRIBED
    assert "At present no newsletter goes to this address." in client.get(page).text


def test_who_left_cannot_choose_by_a_page_left_open(client: Client, page: str, reader: Subscriber) -> None:
    fields = untouched(client.get(page), "preferences-form")
    client.post(path_of("unsubscribe", reader))
    answer = client.post(page, {**fields, "rhythm": "monthly"})
    assert "Your choices are saved." not in answer.text
    client.post(f"{page}pause/")
    found = Subscriber.objects.get()
    assert (found.rhythm, found.paused_until) == ("each", None)


def test_a_link_of_another_purpose_or_none_opens_nothing(client: Client, reader: Subscriber) -> None:
    for token in (make_token("unsubscribe", reader.uuid), "0" * 32, "x"):
        for verb in ("", "pause/", "resume/", "what-we-hold/", "erase/"):
            for method in (client.get, client.post):
                assert method(f"/newsletter/preferences/{token}/{verb}").status_code == 404


def test_a_post_from_another_site_is_refused(client: Client, page: str) -> None:
    answer = client.post(f"{page}pause/", headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://bad.example"})
    assert answer.status_code == 403
    assert Subscriber.objects.get().paused_until is None


def test_no_cache_or_search_engine_keeps_the_page(client: Client, page: str) -> None:
    answer = client.get(page)
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex")
    assert not answer.cookies
    assert client.post(f"{page}what-we-hold/")["Cache-Control"] == "no-store"


def test_the_file_says_nothing_of_what_they_told_staff_since_the_link_may_be_forwarded(
    client: Client, page: str, reader: Subscriber, staff: Any
) -> None:
    end_subscription(subscriber=reader, said="Her son rang: her liver failed", said_on=None, by=staff)
    stop_mail(address=reader.email, by=staff)
    text = press(client, page, "hold-form").text
    assert "liver" not in text
    assert "asked us to stop" not in text
    assert "left the newsletter" in text
    # They themselves get it from us.
    assert "her liver failed" in str(export_person(address=reader.email))


def test_who_comes_back_during_a_pause_gets_the_next_issue(client: Client, page: str, reader: Subscriber) -> None:
    press(client, page, "pause-form")
    unsubscribe(subscriber=reader.uuid)
    new_reader(reader.email)
    assert Subscriber.objects.may_get_mail().filter(pk=reader.pk).exists()


def test_the_file_holds_what_the_newsletter_holds_and_nothing_that_they_asked_us(
    client: Client, page: str, ask: Any
) -> None:
    ask(message="About my liver", email="zoe@example.com")
    answer = press(client, page, "hold-form")
    assert 'attachment; filename="newsletter.json"' in answer["Content-Disposition"]
    found = answer.json()
    wording = ConsentWording.objects.current(ConsentWording.Kind.NEWSLETTER)
    assert [consent["wording"] for consent in found["consents"]] == [wording.text]
    assert found["newsletter"]["e_mail_address"] == "zoe@example.com"
    assert {mail["kind"] for mail in found["mails"]} == {"confirm newsletter", "newsletter welcome"}
    assert "liver" not in answer.text
    assert AuditEvent.objects.get(kind="person_exported").about == f"address {hash_address('zoe@example.com')}"


def test_whoever_is_erased_leaves_a_proof_and_a_stop_without_an_address(client: Client, page: str) -> None:
    answer = press(client, page, "erase-form")
    assert "You are erased" in answer.text
    assert not Subscriber.objects.exists()
    consent = Consent.objects.get()
    assert (consent.email, consent.source_path) == ("", "")
    assert consent.address_hash == hash_address("zoe@example.com")
    assert all(mail.is_erased and mail.state == "cancelled" for mail in OutgoingEmail.objects.all())
    assert Suppression.objects.standing().get().reason == "unsubscribed"
    assert AuditEvent.objects.get(kind="person_erased").data == {"of": "newsletter"}
    assert client.get(page).status_code == 404


def test_erasing_a_reader_touches_no_lead(client: Client, page: str, ask: Any) -> None:
    ask(message="About my liver", email="zoe@example.com")
    before = Lead.objects.values().get()
    press(client, page, "erase-form")
    assert Lead.objects.values().get() == before
    assert OutgoingEmail.objects.get(kind="packet").email == "zoe@example.com"


def test_leaving_the_newsletter_never_closes_a_lead(client: Client, reader: Subscriber, ask: Any) -> None:
    ask(email="zoe@example.com", consent_newsletter="on")
    before = Lead.objects.values().get()
    client.post(path_of("unsubscribe", reader))
    assert Lead.objects.values().get() == before


def test_choices_go_with_whoever_is_erased(client: Client, page: str) -> None:
    press(client, page, "preferences-form", topics=[str(Topic.objects.all()[0].pk)])
    erase_person(address="zoe@example.com")
    assert (Subscriber.objects.count(), SubscriberTopic.objects.count()) == (0, 0)


def test_the_welcome_and_the_page_after_confirming_lead_there(
    client: Client, first_content: None, deliver: Any, mailoutbox: Any
) -> None:
    reader = new_reader("zoe@example.org")
    deliver()
    path = path_of("preferences", reader)
    welcome = next(mail for mail in mailoutbox if path in mail.body)
    assert path in welcome.alternatives[0].content
    assert reader.confirmation
    confirm = f"/newsletter/confirm/{make_token('confirm', reader.confirmation.uuid)}/"
    assert path in client.get(confirm).text
    assert path in client.post(confirm).text


def test_a_link_works_as_long_as_there_is_a_subscription(client: Client, page: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=800)):
        assert client.get(page).status_code == 200

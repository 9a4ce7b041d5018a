import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

import enquiries.first_content
from clinic import mailbox
from enquiries.actions import (
    approve_template,
    correct_address,
    erase_person,
    export_person,
    merge_leads,
    move_lead,
    new_edition,
    retire_template,
    send_template,
)
from enquiries.emails import filled_in
from enquiries.models import Lead, LeadEvent, LeadMail, MailTemplate
from foundation.models import ClinicProfile
from mailings.actions import suppress
from mailings.models import OutgoingEmail, Suppression
from tests.browser_posts import untouched

LIST = "/admin/enquiries/mailtemplate/"
DRAFT = {"name": "Thank you", "subject": "Thank you, {name}", "body": "Hello {name},\n\nthank you.\n\n{sender}"}


@pytest.fixture
def draft(db: None) -> MailTemplate:
    return MailTemplate.objects.create(**DRAFT)


@pytest.fixture
def approved(draft: MailTemplate, staff: Any) -> MailTemplate:
    return approve_template(template=draft, by=staff)


def page(template: MailTemplate, verb: str = "change") -> str:
    return f"{LIST}{template.pk}/{verb}/"


def written(mailoutbox: list[Any]) -> Any:
    kinds = dict(OutgoingEmail.objects.values_list("message_id", "kind"))
    mails = [mailbox.parse(message.message().as_bytes()) for message in mailoutbox]
    return next(mail for mail in mails if kinds[mail["Message-ID"]] == "lead_mail")


def test_what_is_refused_of_a_template_is_listed_at_the_top(desk: Client, draft: MailTemplate) -> None:
    typed = untouched(desk.get(page(draft)), "mailtemplate_form")
    refused = desk.post(page(draft), {**typed, "subject": ""}).text
    assert '<a href="#id_subject">' in refused.partition('id="mistakes"')[2].partition("</nav>")[0]
    assert "nothing else in braces" in refused


def test_the_language_of_a_template_is_chosen_and_said_in_words(desk: Client, draft: MailTemplate) -> None:
    typed = untouched(desk.get(page(draft)), "mailtemplate_form")
    refused = desk.post(page(draft), {**typed, "language": "Spanish"})
    assert "Select a valid choice" in refused.text
    assert desk.post(page(draft), {**typed, "language": "es"}).status_code == 302
    assert MailTemplate.objects.get(pk=draft.pk).language == "es"
    assert "Spanish" in desk.get(LIST).text


def test_a_text_goes_out_with_the_name_and_from_a_person(
    lead: Lead, approved: MailTemplate, staff: Any, deliver: Callable[[], None], mailoutbox: list[Any]
) -> None:
    ClinicProfile.objects.update(name='Zoë O\'Brien & Sons, "Inc"')
    send_template(lead=lead, template=approved, by=staff)
    deliver()
    mail = written(mailoutbox)
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert (mail["Subject"], mail["To"]) == ("Thank you, Zoë O'Brien & Sons", "zoe@example.com")
    assert text.startswith("Hello Zoë O'Brien & Sons,\n\nthank you.\n\nSam Staff\n")
    assert "Hello Zoë O'Brien &amp; Sons," in html
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == (None, None)
    assert OutgoingEmail.objects.get(kind="packet").state == "sent"


@pytest.mark.parametrize("name", ["", "www.spam.example", "Click https://spam.example", "a@b.example", "x" * 81])
def test_what_is_no_name_is_not_said(lead: Lead, approved: MailTemplate, staff: Any, name: str) -> None:
    lead.name = name
    assert filled_in(approved, lead, staff)[0] == "Thank you, there"


def test_a_name_that_looks_like_a_placeholder_stays_a_name(lead: Lead, approved: MailTemplate, staff: Any) -> None:
    lead.name = "{sender} {0.__class__}"
    assert filled_in(approved, lead, staff)[0] == "Thank you, {sender} {0.__class__}"


def test_it_stands_on_the_timeline_and_ends_the_wait_for_an_answer(
    lead: Lead, approved: MailTemplate, staff: Any, desk: Client, deliver: Callable[[], None]
) -> None:
    before = (lead.next_action, lead.next_action_on)
    mail = send_template(lead=lead, template=approved, by=staff)
    event = LeadEvent.objects.get(kind="mail")
    assert (event.text, event.actor) == ("Thank you", staff)
    assert event.data == {"outgoing": str(mail.outgoing.uuid), "template": approved.pk, "answers_when_sent": True}
    lead.refresh_from_db()
    assert (lead.stage, lead.first_answered_at) == ("new", None)
    deliver()
    lead.refresh_from_db()
    assert (lead.stage, lead.first_answered_at is not None) == ("contacted", True)
    assert (lead.next_action, lead.next_action_on) == before
    text = desk.get(lead.get_absolute_url()).text
    assert "Mail: “Thank you” · sent" in text
    assert f"/admin/mailings/outgoingemail/{mail.outgoing.pk}/change/" in text


def test_a_mail_to_many_is_no_answer_to_one(lead: Lead, approved: MailTemplate, staff: Any) -> None:
    send_template(lead=lead, template=approved, by=staff, bulk=True)
    lead.refresh_from_db()
    assert (lead.stage, lead.first_answered_at) == ("new", None)
    assert LeadEvent.objects.get(kind="mail").data["bulk"] is True


def test_a_later_stage_stays(lead: Lead, approved: MailTemplate, staff: Any) -> None:
    move_lead(lead=lead, stage="in_conversation", by=staff)
    send_template(lead=lead, template=approved, by=staff)
    lead.refresh_from_db()
    assert lead.stage == "in_conversation"


def refusal(lead: Lead, template: MailTemplate, by: Any) -> str:
    with pytest.raises(ValidationError) as raised:
        send_template(lead=lead, template=template, by=by)
    assert not LeadEvent.objects.filter(kind="mail", text=template.name).exists() or LeadMail.objects.count() == 1
    return raised.value.messages[0]


def test_a_second_click_sends_no_second_mail(lead: Lead, approved: MailTemplate, staff: Any) -> None:
    send_template(lead=lead, template=approved, by=staff)
    assert "within the last ten minutes" in refusal(lead, approved, staff)
    assert LeadMail.objects.count() == 1
    LeadMail.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    send_template(lead=lead, template=approved, by=staff)
    assert LeadMail.objects.count() == 2


def test_the_same_cause_gives_the_same_mail(lead: Lead, approved: MailTemplate, staff: Any) -> None:
    first = send_template(lead=lead, template=approved, by=staff, bulk=True, key="job-1")
    again = send_template(lead=lead, template=approved, by=staff, bulk=True, key="job-1")
    assert first == again
    assert LeadEvent.objects.filter(kind="mail").count() == 1


def test_only_what_is_approved_and_not_retired_goes_out(lead: Lead, draft: MailTemplate, staff: Any) -> None:
    assert "is not approved" in refusal(lead, draft, staff)
    approve_template(template=draft, by=staff)
    retire_template(template=draft)
    assert "was retired" in refusal(lead, draft, staff)


def test_nothing_goes_to_nobody_or_to_who_asked_to_stop(lead: Lead, approved: MailTemplate, staff: Any) -> None:
    suppress(address="zoe@example.com", reason=Suppression.Reason.ASKED_TO_STOP)
    assert "Nothing may be sent to this address" in refusal(lead, approved, staff)
    Lead.objects.update(email=None, phone="555")
    assert "no e-mail address" in refusal(lead, approved, staff)


def test_a_mail_that_did_not_arrive_is_on_today_until_another_one_goes(
    desk: Client, lead: Lead, approved: MailTemplate, staff: Any
) -> None:
    listed = "/admin/enquiries/lead/?packet=failed"
    mail = send_template(lead=lead, template=approved, by=staff)
    OutgoingEmail.objects.filter(pk=mail.outgoing_id).update(state="failed")
    assert list(desk.get(listed).context["cl"].result_list) == [lead]
    LeadMail.objects.update(created_at=timezone.now() - timedelta(hours=1))
    send_template(lead=lead, template=approved, by=staff)
    assert not desk.get(listed).context["cl"].result_list


def test_what_waits_is_dropped_once_the_address_is_corrected(
    lead: Lead, approved: MailTemplate, staff: Any, deliver: Callable[[], None]
) -> None:
    mail = send_template(lead=lead, template=approved, by=staff)
    correct_address(lead=lead, email="right@example.com", resend=False, by=staff)
    deliver()
    mail.outgoing.refresh_from_db()
    assert (mail.outgoing.state, mail.outgoing.why) == ("cancelled", "no_longer_wanted")


def test_what_waits_for_a_merged_lead_still_goes_out(
    ask: Callable[..., Any], lead: Lead, approved: MailTemplate, staff: Any, deliver: Callable[[], None]
) -> None:
    mail = send_template(lead=lead, template=approved, by=staff)
    ask(email="other@example.com", name="Other")
    merge_leads(lead=lead, into=Lead.objects.get(name="Other"), by=staff)
    deliver()
    mail.outgoing.refresh_from_db()
    assert mail.outgoing.state == "sent"


def test_erasing_takes_the_address_out_of_the_mail_and_stops_it(lead: Lead, approved: MailTemplate, staff: Any) -> None:
    gone = send_template(lead=lead, template=approved, by=staff)
    correct_address(lead=lead, email="right@example.com", resend=False, by=staff)
    erase_person(lead=lead)
    gone.outgoing.refresh_from_db()
    assert (gone.outgoing.is_erased, gone.outgoing.state) == (True, "cancelled")
    assert LeadMail.objects.count() == 1


def test_the_export_of_a_person_says_what_staff_wrote(lead: Lead, approved: MailTemplate, staff: Any) -> None:
    send_template(lead=lead, template=approved, by=staff)
    correct_address(lead=lead, email="right@example.com", resend=False, by=staff)
    found = export_person(address="right@example.com")
    assert [(sent["text"], sent["to"]) for sent in found["mails_by_staff"]] == [("Thank you", "zoe@example.com")]
    assert "mail from staff" in [mail["kind"] for mail in found["mails"]]
    assert "Sam Staff" not in json.dumps(found)


@pytest.mark.parametrize("change", ["subject = 'x'", "body = 'x'", "name = 'x'", "number = 9", "approved_at = now()"])
def test_postgres_refuses_to_change_an_approved_template(approved: MailTemplate, change: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE enquiries_mailtemplate SET {change} WHERE id = %s", [approved.pk])
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM enquiries_mailtemplate WHERE id = %s", [approved.pk])


def test_a_retired_text_cannot_come_back(approved: MailTemplate) -> None:
    retire_template(template=approved)
    with pytest.raises(IntegrityError), transaction.atomic():
        MailTemplate.objects.filter(pk=approved.pk).update(retired_at=None)


def test_a_new_edition_takes_the_place_of_the_one_before_once_it_is_approved(
    approved: MailTemplate, staff: Any
) -> None:
    second = new_edition(template=approved)
    assert (second.number, second.body, second.is_approved) == (2, approved.body, False)
    assert new_edition(template=approved) == second
    assert approved in MailTemplate.objects.approved()
    approve_template(template=second, by=staff)
    named = MailTemplate.objects.approved().filter(name="Thank you")
    assert list(named) == [second]


def test_a_site_opens_with_three_texts_and_loading_again_adds_none(first_content: None) -> None:
    assert MailTemplate.objects.approved().count() == 3
    retire_template(template=MailTemplate.objects.all()[0])
    enquiries.first_content.load_mail_templates()
    assert (MailTemplate.objects.count(), MailTemplate.objects.approved().count()) == (3, 2)
    for template in MailTemplate.objects.all():
        template.full_clean()


def test_staff_write_look_approve_and_retire(desk: Client, staff: Any) -> None:
    response = desk.post(f"{LIST}add/", {**DRAFT, "_continue": "1"}, follow=True)
    template = MailTemplate.objects.get(name="Thank you")
    assert "Thank you, Zoë O&#x27;Brien &amp; Sons" in response.text
    desk.get(page(template, "approve"))
    assert not MailTemplate.objects.approved().filter(pk=template.pk).exists()
    assert "is approved" in desk.post(page(template, "approve"), follow=True).text
    template.refresh_from_db()
    assert template.approved_by == staff
    assert desk.post(page(template), {**DRAFT, "subject": "Changed"}).status_code == 403
    assert "edition 2" in desk.post(page(template, "new-edition"), follow=True).text
    assert "is retired" in desk.post(page(template, "retire"), follow=True).text
    assert template not in MailTemplate.objects.approved()


def test_nobody_approves_other_words_than_they_looked_at(desk: Client, draft: MailTemplate) -> None:
    shown = desk.get(page(draft))
    desk.post(page(draft), {**untouched(shown, "mailtemplate_form"), "body": "Pay here first."})
    seen = untouched(shown, page(draft, "approve"))
    assert "Read it again" in desk.post(page(draft, "approve"), seen, follow=True).text
    assert not MailTemplate.objects.approved().filter(pk=draft.pk).exists()
    seen = untouched(desk.get(page(draft)), page(draft, "approve"))
    assert "is approved" in desk.post(page(draft, "approve"), seen, follow=True).text


@pytest.mark.parametrize(
    ("words", "odd"),
    [("Hello {nmae}", "{nmae}"), ("Hello {name", "{name"), ("{0.__class__}", "{0.__class__}"), ("a }", "}")],
)
def test_an_unknown_placeholder_is_named_and_nothing_saved(desk: Client, words: str, odd: str) -> None:
    page = desk.post(f"{LIST}add/", {**DRAFT, "body": words}).text
    assert f"“{odd}” is no placeholder. There are only {{name}}, {{clinic}}, {{sender}}, {{phone}}." in page
    assert not MailTemplate.objects.filter(name="Thank you").exists()


def test_two_texts_of_one_name_would_be_taken_for_editions(desk: Client, draft: MailTemplate) -> None:
    assert "There is a template of this name." in desk.post(f"{LIST}add/", {**DRAFT, "name": " thank  you"}).text
    shown = untouched(desk.get(page(draft)), "mailtemplate_form")
    assert desk.post(page(draft), {**shown, "subject": "Thanks"}).status_code == 302


def member_of(group: str, model: Any) -> Client:
    user = model.objects.create_user(f"{group}@clinic.example")
    user.groups.set(Group.objects.filter(name=group))
    client = Client()
    client.force_login(user)
    return client


def test_who_follows_up_sees_the_texts_and_approves_none(
    first_content: None, draft: MailTemplate, django_user_model: Any
) -> None:
    coordinator = member_of("coordinator", django_user_model)
    assert "waits for approval" in coordinator.get(page(draft)).text
    assert "Approve this template" not in coordinator.get(page(draft)).text
    assert coordinator.post(page(draft, "approve")).status_code == 403
    assert member_of("clinical", django_user_model).post(page(draft, "approve")).status_code == 302

from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from clinic import mailbox
from enquiries.actions import retire_template
from enquiries.emails import filled_in
from enquiries.models import Lead, MailTemplate
from mailings.actions import suppress
from mailings.models import OutgoingEmail, Suppression
from tests.conftest import ADDRESS
from tests.desk.test_two_people_editing import url


def sent() -> int:
    return OutgoingEmail.objects.filter(kind="lead_mail", email=ADDRESS).count()


def test_each_approved_template_is_shown_as_it_would_go_and_sent_by_one_button(
    desk: Client, lead: Lead, staff: Any
) -> None:
    page = desk.get(url(lead)).text
    for template in MailTemplate.objects.approved():
        subject, body = filled_in(template, lead, staff)
        assert escape(subject) in page
        assert all(escape(line) in page for line in body.splitlines())
        assert f'name="template" value="{template.pk}"' in page
    chosen = MailTemplate.objects.approved()[0]
    assert desk.post(url(lead, "mail"), {"template": chosen.pk}).status_code == 302
    assert sent() == 1
    again = desk.post(url(lead, "mail"), {"template": chosen.pk}, follow=True)
    assert ("You have sent them this mail already, within the last ten minutes." in again.text, sent()) == (True, 1)


@pytest.mark.parametrize("works_here", [True, False])
def test_answers_go_to_who_wrote_while_they_work_here(
    desk: Client, lead: Lead, staff: Any, deliver: Any, mailoutbox: list[Any], settings: Any, works_here: bool
) -> None:
    staff.name = 'Zoë O\'Brien & Sons, "Inc"'
    staff.save()
    desk.post(url(lead, "mail"), {"template": MailTemplate.objects.approved()[0].pk})
    staff.is_active = works_here
    staff.save()
    deliver()
    [sent] = [mailbox.parse(mail.message().as_bytes()) for mail in mailoutbox if not mail.attachments]
    [answers] = sent["Reply-To"].addresses
    assert answers.addr_spec == (staff.email if works_here else settings.REPLY_TO)
    assert not works_here or answers.display_name == staff.name


def test_a_text_that_was_retired_meanwhile_is_not_sent(desk: Client, lead: Lead) -> None:
    chosen = MailTemplate.objects.approved()[0]
    retire_template(template=chosen)
    response = desk.post(url(lead, "mail"), {"template": chosen.pk})
    assert (response.status_code, "This template may not be sent any more." in response.text) == (422, True)
    assert sent() == 0


def test_where_nothing_may_be_mailed_the_page_says_why_instead(desk: Client, lead: Lead) -> None:
    suppress(address=ADDRESS, reason=Suppression.Reason.ASKED_TO_STOP)
    page = desk.get(url(lead)).text
    assert "Nothing may be sent to this address: " in page
    assert 'name="template"' not in page.replace('<details name="template"', "")
    assert desk.post(url(lead, "mail"), {"template": MailTemplate.objects.approved()[0].pk}).status_code == 422
    Lead.objects.update(email=None, phone="555 0142")
    assert "There is no e-mail address. Add one first." in desk.get(url(lead)).text

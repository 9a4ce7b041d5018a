from typing import Any

from django.test import Client
from django.utils.html import escape

from enquiries.actions import retire_template
from enquiries.emails import filled_in
from enquiries.models import Lead, MailTemplate
from mailings.actions import suppress
from mailings.models import OutgoingEmail, Suppression
from tests.conftest import ADDRESS
from tests.desk.test_two_people_editing import url


def sent() -> int:
    return OutgoingEmail.objects.filter(kind="lead_mail", email=ADDRESS).count()


def test_each_approved_text_is_shown_as_it_would_go_and_sent_by_one_button(
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
    again = desk.post(url(lead, "mail"), {"template": chosen.pk})
    assert (again.status_code, "within the last ten minutes" in again.text, sent()) == (422, True, 1)


def test_a_text_that_was_retired_meanwhile_is_not_sent(desk: Client, lead: Lead) -> None:
    chosen = MailTemplate.objects.approved()[0]
    retire_template(template=chosen)
    response = desk.post(url(lead, "mail"), {"template": chosen.pk})
    assert (response.status_code, "This text may not be sent any more." in response.text) == (422, True)
    assert sent() == 0


def test_where_nothing_may_be_mailed_the_page_says_why_instead(desk: Client, lead: Lead) -> None:
    suppress(address=ADDRESS, reason=Suppression.Reason.ASKED_TO_STOP)
    page = desk.get(url(lead)).text
    assert "Nothing may be sent to this address: " in page
    assert 'name="template"' not in page.replace('<details name="template"', "")
    assert desk.post(url(lead, "mail"), {"template": MailTemplate.objects.approved()[0].pk}).status_code == 422
    Lead.objects.update(email=None, phone="555 0142")
    assert "This lead has no e-mail address. Add one first." in desk.get(url(lead)).text

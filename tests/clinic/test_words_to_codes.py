from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.db import connection

from enquiries.models import Enquiry, Lead, MailTemplate
from mailings.models import OutgoingEmail


def test_sentences_that_the_version_before_wrote_while_both_served_become_codes(
    ask: Callable[..., Any], lead: Lead
) -> None:
    ask(name="www.spam.example")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('clinic.erasing', 'on', true)")
        Enquiry.objects.held().update(held_reason="the name holds a link")
        cursor.execute("SELECT set_config('clinic.erasing', '', true)")
    Lead.objects.update(next_action="Call back", stage="lost", closed_reason="Asked to stop: by telephone")
    OutgoingEmail.objects.update(last_reply="no longer wanted")
    MailTemplate.objects.create(name="Gracias", subject="x", body="x", language="Spanish")
    for _time in range(2):
        call_command("words_to_codes")
        lead.refresh_from_db()
        assert Enquiry.objects.held().get().held_reason == "link_in_name"
        assert (lead.next_action, lead.closed_reason) == ("call_back", "asked_to_stop: by telephone")
        assert set(OutgoingEmail.objects.values_list("why", "last_reply")) == {("no_longer_wanted", "")}
        assert MailTemplate.objects.get(name="Gracias").language == "es"

"""Of an issue that everybody has there is nothing to hold: paused, it would be in no archive and no monthly e-mail."""

from collections.abc import Callable

import pytest
from django.test import Client

from mailings.models import MailEvent, OutgoingEmail
from newsletters import actions
from newsletters.models import Newsletter, Subscriber
from tests.newsletters.test_issue_pauses_by_itself import report, sent

State = Newsletter.State


@pytest.fixture
def with_everybody(
    under_way: Callable[[], Newsletter], join: Callable[..., Subscriber], deliver: Callable[[], None]
) -> Newsletter:
    for number in range(3):
        join(f"reader{number}@example.org")
    newsletter = under_way()
    deliver()
    return newsletter


@pytest.mark.parametrize("kind", [MailEvent.Kind.BOUNCED, MailEvent.Kind.COMPLAINED])
def test_what_comes_back_of_the_last_mails_does_not_keep_an_issue_from_being_over(
    with_everybody: Newsletter, client: Client, kind: MailEvent.Kind
) -> None:
    for mail in sent(with_everybody)[:2]:
        report(mail, kind, meaning="no_mailbox" if kind == MailEvent.Kind.BOUNCED else "")
    actions.end_finished()
    with_everybody.refresh_from_db()
    assert with_everybody.state == State.SENT
    assert client.get(with_everybody.get_absolute_url()).status_code == 200


def test_while_one_waits_it_pauses_as_ever(with_everybody: Newsletter) -> None:
    first, _second, third = sent(with_everybody)
    OutgoingEmail.objects.filter(pk=third.pk).update(state=OutgoingEmail.State.QUEUED)
    report(first, MailEvent.Kind.COMPLAINED)
    with_everybody.refresh_from_db()
    assert (with_everybody.state, with_everybody.paused_because) == (State.PAUSED, "complaints")

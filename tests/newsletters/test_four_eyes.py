from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from articles.actions import withdraw
from clinic.models import StaffUser
from mailings.models import OutgoingEmail
from newsletters import actions
from newsletters.models import Newsletter, Subscriber
from newsletters.snapshots import as_text, fingerprint, snapshot
from tests.newsletters.conftest import approve, articles_of, launch, refused_by_postgres

State = Newsletter.State
ANYBODY = "anna@example.org"


def test_who_wrote_it_cannot_approve_it_and_who_may_not_send_cannot_launch_it(
    draft: Newsletter, writer: StaffUser, sender: StaffUser, join: Callable[..., Subscriber]
) -> None:
    join(ANYBODY)
    with pytest.raises(PermissionDenied):
        approve(draft, writer)
    actions.save_newsletter(newsletter=draft, by=sender, articles=articles_of(draft), subject="Mine now")
    draft.refresh_from_db()
    with pytest.raises(ValidationError, match="You wrote some of it"):
        approve(draft, sender)
    told = refused_by_postgres(
        lambda: Newsletter.objects.update(
            state=State.APPROVED, frozen="{}", frozen_sha256=SHA256_OF_BRACES, approved_by=sender, approved_at=NOW
        )
    )
    assert "approved by who wrote it" in told


SHA256_OF_BRACES = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
NOW = timezone.now()


def test_an_approval_is_of_just_these_words(
    draft: Newsletter, writer: StaffUser, sender: StaffUser, join: Callable[..., Subscriber]
) -> None:
    join(ANYBODY)
    with pytest.raises(ValidationError, match="Somebody changed it"):
        actions.approve(newsletter=draft, sha256="0" * 64, by=sender)
    approved = approve(draft, sender)
    with pytest.raises(ValidationError, match="by now"):
        actions.save_newsletter(newsletter=approved, by=writer, articles=articles_of(draft), subject="Other words")
    assert "no draft any more" in refused_by_postgres(lambda: Newsletter.objects.update(subject="Other words"))
    assert "no draft any more" in refused_by_postgres(lambda: approved.entries.all().delete())
    actions.back_to_draft(newsletter=approved, by=writer)
    approved.refresh_from_db()
    assert (approved.state, approved.frozen, approved.approved_by) == (State.DRAFT, "", None)


def test_an_approval_is_of_just_these_people(
    draft: Newsletter, writer: StaffUser, sender: StaffUser, join: Callable[..., Subscriber]
) -> None:
    join(ANYBODY)
    seen = fingerprint(as_text(snapshot(draft)))
    actions.save_newsletter(newsletter=draft, by=writer, articles=articles_of(draft), to_language="de")
    with pytest.raises(ValidationError, match="Somebody changed it"):
        actions.approve(newsletter=draft, sha256=seen, by=sender)


def test_postgres_refuses_a_move_that_is_not_in_the_table(draft: Newsletter, sender: StaffUser) -> None:
    for state in (State.SENDING, State.SENT, State.PAUSED):
        told = refused_by_postgres(lambda state=state: Newsletter.objects.update(state=state))  # type: ignore[misc]
        assert f"cannot go from draft to {state}" in told


def test_each_move_is_written_down_with_who_made_it(
    under_way: Callable[[], Newsletter], join: Callable[..., Subscriber], sender: StaffUser
) -> None:
    join(ANYBODY)
    newsletter = under_way()
    moves = [(event.data["to"], event.actor) for event in newsletter.events.filter(kind="moved").order_by("pk")]
    assert moves == [("approved", sender), ("scheduled", sender), ("sending", None)]
    assert "append-only" in refused_by_postgres(lambda: newsletter.events.all().update(kind="saved"))


def test_a_withdrawn_article_is_refused_at_approval(draft: Newsletter, sender: StaffUser, staff: StaffUser) -> None:
    withdraw(article=articles_of(draft)[0], by=staff, reason="Its journal did")
    with pytest.raises(ValidationError, match="is withdrawn"):
        approve(draft, sender)


def test_an_article_withdrawn_after_the_approval_stops_launch_and_beginning(
    draft: Newsletter, sender: StaffUser, staff: StaffUser, join: Callable[..., Subscriber]
) -> None:
    join(ANYBODY)
    approved = approve(draft, sender)
    launched = launch(approved, sender)
    withdraw(article=articles_of(draft)[0], by=staff, reason="Its journal did")
    assert launched.scheduled_for is not None
    assert actions.begin_due(launched.scheduled_for) == 0
    launched.refresh_from_db()
    assert launched.state == State.APPROVED
    assert not OutgoingEmail.objects.filter(kind="newsletter").exists()
    with pytest.raises(ValidationError, match="is withdrawn"):
        launch(launched, sender)
    told = refused_by_postgres(
        lambda: Newsletter.objects.update(state=State.SCHEDULED, launched_by=sender, scheduled_for=NOW)
    )
    assert "withdrawn" in told

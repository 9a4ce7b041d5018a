"""Four eyes: somebody who wrote none of it says yes to just these words."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.actors import Actor
from newsletters.actions.moves import act_as, ask_leave, locked
from newsletters.models import Newsletter, NewsletterEvent
from newsletters.preflight import refuse_blocked
from newsletters.snapshots import as_text, fingerprint, snapshot

State = Newsletter.State


@transaction.atomic
def approve(*, newsletter: Newsletter, sha256: str, by: Actor) -> Newsletter:
    """sha256: of what the approver had before them; anything else by now is not what they said yes to."""
    ask_leave(by, "newsletters.approve_newsletter")
    found = locked(newsletter, State.DRAFT)
    text = as_text(snapshot(found))
    if fingerprint(text) != sha256:
        raise ValidationError(_("Somebody changed it meanwhile. Read it again before you approve it."))
    if wrote(found, by):
        raise ValidationError(_("You wrote some of it yourself. Somebody else has to approve it."))
    refuse_blocked(found)
    act_as(by)
    found.state, found.frozen, found.frozen_sha256 = State.APPROVED, text, sha256
    found.approved_by, found.approved_at = by.account, timezone.now()
    found.save()
    return found


def approved_already(newsletter: Newsletter, *, sha256: str, by: Actor) -> bool:
    """Just these words, by just this person: who clicks twice has done nothing wrong."""
    return bool(sha256) and newsletter.frozen_sha256 == sha256 and newsletter.approved_by == by.account


def wrote(newsletter: Newsletter, by: Actor) -> bool:
    return newsletter.events.filter(kind=NewsletterEvent.Kind.SAVED, actor=by.account).exists()


@transaction.atomic
def back_to_draft(*, newsletter: Newsletter, by: Actor) -> Newsletter:
    """To change something; the approval was of what it said, and goes."""
    ask_leave(by, "newsletters.change_newsletter")
    found = locked(newsletter, State.APPROVED)
    act_as(by)
    found.state, found.frozen, found.frozen_sha256 = State.DRAFT, "", ""
    found.approved_by = found.approved_at = None
    found.save()
    return found

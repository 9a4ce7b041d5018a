"""What every move of an issue begins with."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from foundation.actors import Actor
from newsletters.models import Newsletter, NewsletterEvent


def locked(newsletter: Newsletter, *states: str) -> Newsletter:
    """Raises ValidationError when somebody else moved it meanwhile."""
    found = Newsletter.objects.select_for_update().get(pk=newsletter.pk)
    if found.state not in states:
        raise ValidationError(
            _("This newsletter is “%(state)s” by now. Look at it again.") % {"state": found.get_state_display()}
        )
    return found


def act_as(by: Actor) -> None:
    """Tells the trigger that writes the history who moves it, until the end of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('clinic.actor', %s, true)", [str(by.account.pk) if by.account else ""])


def ask_leave(by: Actor, permission: str) -> None:
    if not by.has_perm(permission):
        raise PermissionDenied


def moved_already(newsletter: Newsletter, *, origins: Iterable[str], to: str, by: Actor) -> bool:
    """The last move that somebody made of it was just this one, by just them: who clicks twice has done no wrong."""
    moves = newsletter.events.filter(kind=NewsletterEvent.Kind.MOVED).exclude(actor=None)
    last = moves.first()
    is_theirs = last is not None and by.account is not None and last.actor_id == by.account.pk
    return bool(is_theirs and last and last.data["from"] in origins and last.data["to"] == to)

"""What is done to second factors from outside of their owner's pages."""

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from clinic import audit
from clinic.accounts import sealing
from clinic.accounts.mails import tell_owner
from clinic.accounts.sessions import end_sessions, sessions_of
from clinic.models import AuditEvent, StaffUser
from foundation.actors import JOB, Actor

JUST_NOW = timedelta(minutes=10)
SEALED = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}


@transaction.atomic
def reset(user: StaffUser, by: Actor, request: HttpRequest) -> bool:
    """As `remove_all`; False for a second click, which does nothing."""
    # The second waits here until the first is through, and sees what it wrote.
    StaffUser.objects.select_for_update(no_key=True).get(pk=user.pk)
    if removed_already(user, by):
        return False
    remove_all(user, by=by, request=request)
    return True


@transaction.atomic
def remove_all(user: StaffUser, by: Actor = JOB, request: HttpRequest | None = None) -> int:
    """For who lost their phone: removes every second factor and recovery code, and signs the account out.

    How many there were. Where one is required, the next sign-in leads to setting one up.
    """
    removed = Authenticator.objects.filter(user=user).delete()[0]
    event = audit.note(
        AuditEvent.Kind.FACTOR_REMOVED, by=by, about=f"account {user.pk}", request=request, removed=removed
    )
    end_sessions(user)
    if user.is_active:
        tell_owner(event, user)
    return removed


def removed_already(user: StaffUser, by: Actor) -> bool:
    """By a second click: just now by just them, and nobody has set one up or signed in since."""
    told = AuditEvent.objects.filter(kind=AuditEvent.Kind.FACTOR_REMOVED, by=by.account, about=f"account {user.pk}")
    is_new = told.filter(at__gt=timezone.now() - JUST_NOW).exists()
    return is_new and not Authenticator.objects.filter(user=user).exists() and not sessions_of(user)


@transaction.atomic
def seal_all_anew() -> int:
    """After SECRET_KEY has changed, so that the old one can leave SECRET_KEY_FALLBACKS."""
    rows = list(Authenticator.objects.select_for_update().filter(type__in=SEALED))
    for row in rows:
        name = SEALED[Authenticator.Type(row.type)]
        row.data[name] = sealing.seal_anew(row.data[name])
        row.save(update_fields=["data"])
    return len(rows)

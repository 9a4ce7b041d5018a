"""Inviting a colleague by mail, taking that back, and what they do with it."""

import uuid
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.accounts.mails import STAFF_INVITATION, queue_account_mail
from clinic.models import AuditEvent, StaffInvitation, StaffUser
from foundation.addresses import lock_address
from mailings import doorbell

Kind = AuditEvent.Kind


@transaction.atomic
def invite(*, email: str, name: str, role: str, by: Any, request: HttpRequest) -> StaffInvitation:
    """Raises ValidationError for the address of an account. Whoever was invited before and never came may be again."""
    lock_address(email)
    account = _who_never_came(email) or StaffUser(email=email, is_active=False)
    account.name = name
    account.set_unusable_password()
    account.save()
    account.groups.set(Group.objects.filter(name=role))
    before = StaffInvitation.objects.filter(account=account, taken_at=None, revoked_at=None)
    before.update(revoked_at=timezone.now())
    invitation = StaffInvitation.objects.create(account=account, invited_by=by.account)
    event = _note(Kind.STAFF_INVITED, account, by, request, role=role)
    queue_account_mail(STAFF_INVITATION, account.email, f"{STAFF_INVITATION}:{uuid.uuid4()}", account, event)
    doorbell.ring_after_commit()
    return invitation


def _who_never_came(email: str) -> StaffUser | None:
    known = StaffUser.objects.select_for_update().filter(email=email.lower()).first()
    if known is None:
        return None
    taken = list(StaffInvitation.objects.filter(account=known).values_list("taken_at", flat=True))
    if known.is_active or known.last_login or not taken or any(taken):
        raise ValidationError({"email": _("There is an account with this address already.")})
    return known


@transaction.atomic
def revoke(*, account: StaffUser, by: Any, request: HttpRequest) -> bool:
    """False where there is nothing to take back any more."""
    found = StaffInvitation.objects.select_for_update(of=("self",)).open().filter(account=account).first()
    if found is None:
        return False
    found.revoked_at = timezone.now()
    found.save(update_fields=["revoked_at"])
    _note(Kind.INVITATION_REVOKED, account, by, request)
    return True


@transaction.atomic
def take(*, token: str, password: str, request: HttpRequest) -> bool:
    """Once: whoever comes second at the same moment finds it taken. What the password must be, the form has asked."""
    waiting = StaffInvitation.objects.select_for_update(of=("self", "account")).of_token(token)
    found = waiting.select_related("account").first()
    if found is None:
        return False
    found.taken_at = timezone.now()
    found.save(update_fields=["taken_at"])
    account = found.account
    account.set_password(password)
    account.is_active = True
    account.save(update_fields=["password", "is_active"])
    _note(Kind.INVITATION_TAKEN, account, account, request)
    return True


def _note(kind: AuditEvent.Kind, account: StaffUser, by: Any, request: HttpRequest, **data: Any) -> AuditEvent:
    return audit.note(kind, by=by, about=f"account {account.pk}", request=request, **data)

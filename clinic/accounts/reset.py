"""Somebody asks for a new password. Nothing that they see tells whether the address is that of an account."""

from django.db import transaction
from django.http import HttpRequest

from clinic import audit
from clinic.accounts import throttle
from clinic.accounts.mails import send_link
from clinic.models import AuditEvent, StaffUser
from mailings import doorbell


def ask_for_link(*, address: str, request: HttpRequest) -> None:
    """Raises the page for who asked too often from one network; one mail per address in ten minutes."""
    if not throttle.admit_reset(request, address=address):
        return
    account = StaffUser.objects.filter(email=address.lower(), is_active=True).first()
    is_worth_it = throttle.is_worth_a_record(account)
    with transaction.atomic():
        about = f"account {account.pk}" if account else ""
        event = audit.note(AuditEvent.Kind.PASSWORD_RESET_ASKED, about=about, request=request) if is_worth_it else None
        if account and event:
            send_link(event, account)
        # For any address, as ringing takes a moment that could be measured.
        doorbell.ring_after_commit()

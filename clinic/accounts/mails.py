"""The mails about an account: an invitation, a link for a new password, and word of a change."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import int_to_base36
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import AccountMail, AuditEvent, StaffInvitation, StaffUser
from foundation.models import ClinicProfile
from mailings.actions import queue_email
from mailings.emails import absolute, compose, register
from mailings.models import OutgoingEmail

PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of a kind of mail
ACCOUNT_NOTICE = "account_notice"
STAFF_INVITATION = "staff_invitation"
# Whoever asked yesterday and got nothing has asked again, or does not want it any more.
WANTED_FOR = timedelta(days=1)

Kind = AuditEvent.Kind


def register_own_kinds() -> None:
    register(
        PASSWORD_RESET,
        label=gettext_lazy("new password"),
        message=password_reset,
        still_wanted=reset_wanted,
        # Staff cannot be silenced by a bounce or a complaint about something else.
        to_staff=True,
    )
    register(
        ACCOUNT_NOTICE,
        label=gettext_lazy("notice about an account"),
        message=account_notice,
        still_wanted=notice_wanted,
        to_staff=True,
    )
    register(
        STAFF_INVITATION,
        label=gettext_lazy("invitation of a colleague"),
        message=staff_invitation,
        still_wanted=lambda outgoing: invitations_of(outgoing).exists(),
        to_staff=True,
    )


def of_active(outgoing: OutgoingEmail) -> QuerySet[AccountMail]:
    return AccountMail.objects.filter(outgoing=outgoing, account__is_active=True)


@transaction.atomic
def send_link(event: AuditEvent, account: StaffUser) -> OutgoingEmail:
    return queue_account_mail(PASSWORD_RESET, account.email, f"{PASSWORD_RESET}:{uuid.uuid4()}", account, event)


def reset_wanted(outgoing: OutgoingEmail) -> bool:
    """Not when another address is the account's by now: whoever reads the old one could take it over."""
    is_theirs = of_active(outgoing).filter(account__email=outgoing.email).exists()
    return is_theirs and outgoing.created_at > timezone.now() - WANTED_FOR


def password_reset(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    """The link is made here, anew at each try: what would open an account stands in no row."""
    account = StaffUser.objects.get(mails__outgoing=outgoing)
    key = {"uidb36": int_to_base36(account.pk), "key": default_token_generator.make_token(account)}
    url = absolute(reverse("account_reset_password_from_key", kwargs=key))
    return compose(outgoing, PASSWORD_RESET, {"url": url, "minutes": settings.PASSWORD_RESET_TIMEOUT // 60})


@transaction.atomic
def tell_owner(event: AuditEvent, account: StaffUser, address: str = "") -> OutgoingEmail:
    """address: another than that of the account, which somebody else may just have put there."""
    return queue_account_mail(ACCOUNT_NOTICE, address or account.email, f"account-event:{event.pk}", account, event)


def queue_account_mail(kind: str, address: str, key: str, account: StaffUser, event: AuditEvent) -> OutgoingEmail:
    outgoing = queue_email(kind=kind, address=address, dedupe_key=key)
    AccountMail.objects.get_or_create(outgoing=outgoing, defaults={"account": account, "event": event})
    return outgoing


def invitations_of(outgoing: OutgoingEmail) -> QuerySet[StaffInvitation]:
    """Not to an address that was mended since, and not once it was taken back: one is open at most."""
    waiting = StaffInvitation.objects.open().select_related("account")
    return waiting.filter(account__mails__outgoing=outgoing, account__email=outgoing.email)


def staff_invitation(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    """The link is made here, as that for a new password."""
    invitation = invitations_of(outgoing)[0]
    with timezone.override(ClinicProfile.objects.current().time_zone):
        until = date_format(timezone.localtime(invitation.expires_at), "DATETIME_FORMAT")
        return compose(outgoing, STAFF_INVITATION, {"url": absolute(invitation.url), "until": until})


def notice_wanted(outgoing: OutgoingEmail) -> bool:
    """Whatever the account's address: that may be what changed."""
    return of_active(outgoing).exists()


def account_notice(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    event = AuditEvent.objects.get(mails__outgoing=outgoing)
    # Of an account that signs in with another address now, the link would be mailed to that one.
    url = "" if event.kind == Kind.ACCOUNT_CHANGED else absolute(reverse("account_reset_password"))
    context = {"what": words(event.kind), "at": event.at, "url": url}
    with timezone.override(ClinicProfile.objects.current().time_zone):
        return compose(outgoing, ACCOUNT_NOTICE, context)


def words(kind: str) -> str:
    return {
        Kind.PASSWORD_CHANGED: _("The password of your staff account was changed."),
        Kind.ACCOUNT_CHANGED: _("The e-mail address of your staff account was changed. You sign in with the new one."),
        Kind.FACTOR_ADDED: _("A second factor was added to your staff account."),
        Kind.FACTOR_REMOVED: _("A second factor of your staff account was removed."),
        Kind.RECOVERY_CODES_MADE: _("New recovery codes were made for your account. The old ones no longer work."),
    }[Kind(kind)]

"""The two mails about an account: a link for a new password, and word of a change."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone
from django.utils.http import int_to_base36
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import AuditEvent, StaffUser
from foundation.models import ClinicProfile
from mailings.actions import queue_email
from mailings.emails import absolute, compose, register
from mailings.models import OutgoingEmail

PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of a kind of mail
ACCOUNT_NOTICE = "account_notice"
# The cause of a notice: a row of the record of what was done.
EVENT = "account-event:"
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


def owner(outgoing: OutgoingEmail) -> StaffUser | None:
    return StaffUser.objects.filter(email=outgoing.email, is_active=True).first()


def reset_wanted(outgoing: OutgoingEmail) -> bool:
    return owner(outgoing) is not None and outgoing.created_at > timezone.now() - WANTED_FOR


def password_reset(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    """The link is made here, anew at each try: what would open an account stands in no row."""
    account = StaffUser.objects.get(email=outgoing.email)
    key = {"uidb36": int_to_base36(account.pk), "key": default_token_generator.make_token(account)}
    url = absolute(reverse("account_reset_password_from_key", kwargs=key))
    return compose(outgoing, PASSWORD_RESET, {"url": url, "minutes": settings.PASSWORD_RESET_TIMEOUT // 60})


def tell_owner(event: AuditEvent, account: StaffUser, address: str = "") -> OutgoingEmail:
    """address: another than that of the account, which somebody else may just have put there."""
    return queue_email(kind=ACCOUNT_NOTICE, address=address or account.email, dedupe_key=f"{EVENT}{event.pk}")


def event_of(outgoing: OutgoingEmail) -> AuditEvent:
    return AuditEvent.objects.get(pk=outgoing.dedupe_key.removeprefix(EVENT))


def notice_wanted(outgoing: OutgoingEmail) -> bool:
    """By the account's number, since its address may be what changed."""
    return StaffUser.objects.filter(pk=event_of(outgoing).about.removeprefix("account "), is_active=True).exists()


def account_notice(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    event = event_of(outgoing)
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

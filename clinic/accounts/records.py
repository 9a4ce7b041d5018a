"""Writes down what happens to accounts, and tells their owners of what they must know. Connected in clinic.apps."""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.signals import password_changed, password_reset, user_logged_in
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in as session_begins
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_save
from django.http import HttpRequest

from clinic import audit
from clinic.accounts import sessions
from clinic.accounts.mails import tell_owner
from clinic.models import AuditEvent, StaffUser

Kind = AuditEvent.Kind
CODES = Authenticator.Type.RECOVERY_CODES


def connect() -> None:
    session_begins.connect(begin_session, dispatch_uid="clinic.begin_session")
    user_logged_in.connect(note_sign_in, dispatch_uid="clinic.note_sign_in")
    user_logged_out.connect(note_sign_out, dispatch_uid="clinic.note_sign_out")
    password_changed.connect(note_new_password, dispatch_uid="clinic.note_changed_password")
    password_reset.connect(note_new_password, dispatch_uid="clinic.note_reset_password")
    mfa.authenticator_added.connect(note_factor, dispatch_uid="clinic.note_factor")
    mfa.authenticator_removed.connect(note_removed_factor, dispatch_uid="clinic.note_removed_factor")
    mfa.authenticator_reset.connect(note_new_codes, dispatch_uid="clinic.note_new_codes")
    mfa.authentication_failed.connect(note_wrong_code, dispatch_uid="clinic.note_wrong_code")
    post_save.connect(end_sessions_of_who_left, sender=StaffUser, dispatch_uid="clinic.end_sessions")


def note(kind: AuditEvent.Kind, request: HttpRequest, user: Any, **data: Any) -> AuditEvent:
    return audit.note(kind, by=user, about=f"account {user.pk}", request=request, **data)


def begin_session(request: HttpRequest, **kwargs: Any) -> None:
    sessions.begin(request)


def note_sign_in(request: HttpRequest, user: StaffUser, **kwargs: Any) -> None:
    records = get_authentication_records(request, user)
    note(Kind.SIGNED_IN, request, user, by_means_of=[record.get("type") or record["method"] for record in records])


def note_sign_out(request: HttpRequest, user: StaffUser | None, **kwargs: Any) -> None:
    if user:
        note(Kind.SIGNED_OUT, request, user)


def note_new_password(request: HttpRequest, user: StaffUser, signal: Any, **kwargs: Any) -> None:
    by_mail = signal is password_reset
    tell_owner(note(Kind.PASSWORD_CHANGED, request, user, by_mail=by_mail), user)
    if not by_mail:
        sessions.end_sessions(user, but=request.session.session_key)


def note_factor(request: HttpRequest, user: StaffUser, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type == CODES:
        note(Kind.RECOVERY_CODES_MADE, request, user)
        return
    # Setting it up has shown that they hold it: this session need not ask for it at once.
    record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
    tell_owner(note(Kind.FACTOR_ADDED, request, user, type=authenticator.type), user)


def note_removed_factor(request: HttpRequest, user: StaffUser, authenticator: Authenticator, **kwargs: Any) -> None:
    event = note(Kind.FACTOR_REMOVED, request, user, type=authenticator.type)
    if authenticator.type != CODES:
        tell_owner(event, user)


def note_new_codes(request: HttpRequest, user: StaffUser, **kwargs: Any) -> None:
    tell_owner(note(Kind.RECOVERY_CODES_MADE, request, user), user)


def note_wrong_code(request: HttpRequest, user: StaffUser, **kwargs: Any) -> None:
    audit.note(Kind.SIGN_IN_FAILED, about=f"account {user.pk}", request=request, step="code")


def end_sessions_of_who_left(instance: StaffUser, created: bool, **kwargs: Any) -> None:
    """Their sessions would be of no use anyway, until the day they come back."""
    if not created and not instance.is_active:
        sessions.end_sessions(instance)

"""How long somebody stays signed in, and what ends it."""

import time
from datetime import timedelta

from allauth.account import app_settings
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from clinic.models import StaffUser

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
# Each write costs a query, and no limit here is counted in seconds.
SEEN_EVERY = 60
IDLE = "idle"
LONG = "long"
# Clocks of several hosts differ by seconds; what began later than that from now began by a clock that ran ahead.
CLOCKS_DIFFER = 300


def begin(request: HttpRequest) -> None:
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = time.time()
    # The cookie goes with the browser; the row stays for SESSION_COOKIE_AGE.
    request.session.set_expiry(0)


def shorten_if_nobodys(request: HttpRequest) -> None:
    """Of somebody on the way to signing in: strangers can make as many as they like, so none may stay for a day."""
    session = request.session
    if session.modified and not session.is_empty() and not request.user.is_authenticated:
        session.set_expiry(app_settings.LOGIN_TIMEOUT)


def why_over(request: HttpRequest) -> str:
    """Which of the two times is up, or ""."""
    now = time.time()
    if SIGNED_IN_AT not in request.session:
        begin(request)
    if not lasts(now - request.session[SIGNED_IN_AT], settings.SESSION_LONGEST_HOURS * 3600):
        return LONG
    return "" if lasts(now - request.session[SEEN_AT], settings.SESSION_IDLE_MINUTES * 60) else IDLE


def lasts(seconds: float, longest: int) -> bool:
    """A clock that ran ahead would else let a session outlive its limits by as much."""
    return -CLOCKS_DIFFER <= seconds <= longest


def note_seen(request: HttpRequest) -> None:
    if time.time() - request.session[SEEN_AT] > SEEN_EVERY:
        UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=timezone.now())
        # Behind it: where Postgres takes no writes, a session that was changed would refuse the page that is read.
        request.session[SEEN_AT] = time.time()


def sessions_of(user: StaffUser) -> list[str]:
    """By their keys. It opens every session there is: those of some dozen staff, and no index knows what is in them."""
    rows = Session.objects.filter(expire_date__gt=timezone.now())
    return [row.session_key for row in rows.iterator() if row.get_decoded().get(SESSION_KEY) == str(user.pk)]


def end_sessions(user: StaffUser, *, but: str | None = None) -> int:
    """Signs the account out everywhere, but for the session with that key; how many there were."""
    keys = [key for key in sessions_of(user) if key != but]
    ended = Session.objects.filter(session_key__in=keys).delete()[0]
    UserSession.objects.filter(user=user).exclude(session_key=but or "").delete()
    return ended


def clear_old_sessions() -> int:
    """Removes what nobody can use any more; for the nightly job."""
    gone = Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]
    unseen = UserSession.objects.exclude(session_key__in=Session.objects.values("session_key"))
    # A session that begins at this moment may not be committed yet.
    unseen.filter(created_at__lt=timezone.now() - timedelta(hours=1)).delete()
    return gone

"""Every kind of mail: who writes it, and whether it is still wanted when its turn comes."""

from collections.abc import Callable, Hashable
from email.headerregistry import Address
from functools import cache, lru_cache
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import OperationalError
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from foundation.addresses import PLAIN
from foundation.business_hours import BusinessHours, Span
from foundation.models import ClinicProfile
from foundation.tokens import make_token
from mailings.bounce_addresses import make_bounce_address
from mailings.letters import (
    MOST_RENDERED,
    Copy,
    Facts,
    Letter,
    Pieces,
    Words,
    joined,
    one_line,
    rendered,
    standin_of,
    standins,
)
from mailings.models import OutgoingEmail, ProviderPause

PROVIDER_PAUSED = "provider_paused"

Week = tuple[tuple[int, tuple[Span, ...]], ...]


class Alike(NamedTuple):
    """How a kind whose mails differ by their links alone is asked of many at once."""

    # Reads what these mails need of rows, so that none of them asks for its own.
    prepare: Callable[[list[OutgoingEmail]], None]
    # What such a mail says, as a key: with the same, two of one kind and language differ by their links alone.
    says: Callable[[OutgoingEmail], Hashable]
    # Each one's own, by the name that compose_alike was told.
    links: Callable[[OutgoingEmail], dict[str, str]]
    # The function in Postgres that says whether a mail may go as it is, of its number; asked with all the rest.
    is_wanted: str
    # The one that says, of the number alone, whether it still goes to its reader; asked before it takes its turn.
    reader_wants: str
    # What that function is asked of each as well: what it was prepared with, where it may be outdated.
    as_prepared: Callable[[OutgoingEmail], tuple[Any, ...]] = lambda outgoing: ()


class Kind(NamedTuple):
    label: Any
    message: Callable[[OutgoingEmail], EmailMultiAlternatives]
    still_wanted: Callable[[OutgoingEmail], bool]
    # These two queue_email writes into the row; whoever wants to know asks the row.
    # To many at once: behind all that somebody waits for, and never twice. What may have arrived, staff look at.
    bulk: bool = False
    to_staff: bool = False
    alike: Alike | None = None
    # Asked before staff send one again: what it tells of may be taken back by then.
    still_true: Callable[[OutgoingEmail], bool] = lambda outgoing: True


kinds: dict[str, Kind] = {}


def register(
    name: str,
    *,
    label: Any,
    message: Callable[[OutgoingEmail], EmailMultiAlternatives],
    still_wanted: Callable[[OutgoingEmail], bool],
    bulk: bool = False,
    to_staff: bool = False,
    alike: Alike | None = None,
    still_true: Callable[[OutgoingEmail], bool] = lambda outgoing: True,
) -> None:
    """Called at start-up by the room that a kind of mail belongs to, so that delivery knows no upper room."""
    kinds[name] = Kind(label, message, still_wanted, bulk, to_staff, alike, still_true)


def register_own_kinds() -> None:
    register(
        PROVIDER_PAUSED,
        label=_("notice of a paused provider"),
        message=provider_paused,
        still_wanted=lambda outgoing: ProviderPause.objects.standing().filter(notice=outgoing).exists(),
        to_staff=True,
    )


def provider_paused(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    """Which provider it is stays behind the sign-in: a domain may be one person's."""
    path = reverse("admin:mailings_outgoingemail_changelist")
    return compose(outgoing, PROVIDER_PAUSED, {"url": absolute(path)})


def written(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    """The mail, in its own language, whatever that of the process which renders it."""
    with translation.override(outgoing.language):
        return kinds[outgoing.kind].message(outgoing)


class Copies:
    """Of mails that are alike: from the second on each is the bytes of the first, with its own address and links.

    For as long as nothing is read anew of what stands in all of them, such as the clinic's name.
    """

    def __init__(self) -> None:
        self.pieces: dict[Hashable, Pieces | None] = {}

    def written(self, outgoing: OutgoingEmail, alike: Alike) -> "Letter | Copy":
        copied = self.copied(outgoing, alike)
        if copied:
            return copied
        letter = cast(Letter, written(outgoing))
        self.pieces[_says(outgoing, alike)] = letter.pieces()
        return letter

    def copied(self, outgoing: OutgoingEmail, alike: Alike) -> Copy | None:
        """None of the first of them, and of an address whose letters an encoding would hide."""
        pieces = self.pieces.get(_says(outgoing, alike)) if PLAIN.fullmatch(outgoing.email) else None
        if pieces is None:
            return None
        fills = {standin_of(name): link for name, link in alike.links(outgoing).items()}
        content = joined(pieces, outgoing.email, outgoing.message_id, fills)
        return Copy(envelope_sender(outgoing), [outgoing.email], content)


def _says(outgoing: OutgoingEmail, alike: Alike) -> Hashable:
    return outgoing.kind, outgoing.language, alike.says(outgoing)


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def token_url(view: str, purpose: str, identifier: Any) -> str:
    return absolute(_path_of(view).replace(ANYBODYS, make_token(purpose, identifier)))


ANYBODYS = "anybodys"


@cache
def _path_of(view: str) -> str:
    """Looked up once: two links for each of a hundred thousand mails."""
    return reverse(view, args=[ANYBODYS])


def sender(name: Any) -> str:
    """The From header; a comma, quote or line break in the clinic's name must not break it."""
    return _mailbox(one_line(str(name)), settings.FROM_EMAIL)


@lru_cache(maxsize=MOST_RENDERED)
def _mailbox(name: str, address: str) -> str:
    local, _at, domain = address.partition("@")
    return str(Address(name, local, domain))


def envelope_sender(outgoing: OutgoingEmail) -> str:
    """Where other servers send what they cannot deliver; it names the mail if the clinic has an address for that."""
    if settings.BOUNCE_ADDRESS == settings.FROM_EMAIL:
        return settings.BOUNCE_ADDRESS
    return make_bounce_address(outgoing.uuid)


def compose(
    outgoing: OutgoingEmail, template: str, context: dict[str, Any], clinic: ClinicProfile | None = None
) -> EmailMultiAlternatives:
    """The mail that templates/emails/<template>/ makes: subject.txt, body.txt, body.html; of `clinic`, else of ours."""
    profile = clinic or whose_mail_it_is()
    words = rendered(template, {"clinic": profile, "site_url": settings.SITE_URL, "outgoing": outgoing, **context})
    message = EmailMultiAlternatives(subject=words.subject, body=words.body, **_envelope(outgoing, profile))
    message.attach_alternative(words.html, "text/html")
    return _named(message, outgoing)


def compose_alike(
    outgoing: OutgoingEmail, template: str, context: dict[str, Any], links: dict[str, str]
) -> EmailMultiAlternatives:
    """The same of a kind that goes to many: rendered once of the same context, then given each one's links."""
    profile = whose_mail_it_is()
    facts = tuple({**context, **standins(links)}.items())
    words = _alike(template, translation.get_language(), settings.SITE_URL, *_as_key(profile), facts)
    return _named(Letter(words, links, **_envelope(outgoing, profile)), outgoing)


def _as_key(profile: ClinicProfile) -> tuple[Facts, Week]:
    """Gathered once from what was read once, and not for each of a hundred thousand mails."""
    if "as_key" not in vars(profile):
        clinic = tuple((field.attname, getattr(profile, field.attname)) for field in profile._meta.concrete_fields)
        week = tuple((day, tuple(spans)) for day, spans in sorted(profile.business_hours().week.items()))
        vars(profile)["as_key"] = clinic, week
    return cast(tuple[Facts, Week], vars(profile)["as_key"])


def whose_mail_it_is() -> ClinicProfile:
    """Raises OperationalError where the clinic's details were not read: a mail from nobody cannot be taken back."""
    profile = ClinicProfile.objects.current()
    if profile.pk is None:
        raise OperationalError("the clinic's details could not be read")
    return profile


@lru_cache(maxsize=MOST_RENDERED)
def _alike(template: str, language: str, site_url: str, clinic: Facts, week: Week, facts: Facts) -> Words:
    profile = ClinicProfile(**dict(clinic))
    profile.hours_as_read = BusinessHours(profile.zone, dict(week))
    return rendered(template, {"clinic": profile, "site_url": site_url, **dict(facts)})


def _named(message: EmailMultiAlternatives, outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    # A provider sends it back in its reports; by SMTP nobody sees it.
    message.metadata = {"outgoing": str(outgoing.uuid)}  # type: ignore[attr-defined]
    return message


def _envelope(outgoing: OutgoingEmail, profile: ClinicProfile) -> dict[str, Any]:
    return {
        "from_email": envelope_sender(outgoing),
        "to": [outgoing.email],
        "reply_to": [settings.REPLY_TO],
        "headers": {
            "From": sender(profile.sender_name or profile.name),
            "Message-ID": outgoing.message_id,
            "Auto-Submitted": "auto-generated",
            # Exchange answers "I am away" to anything else.
            "X-Auto-Response-Suppress": "All",
            "Feedback-ID": feedback_id(outgoing.kind),
        },
    }


def feedback_id(kind: str) -> str:
    """Google's postmaster pages count complaints by these: the kind of mail, and us, of whom they take a name of five
    to fifteen characters (support.google.com/mail/answer/6254652).
    """
    domain = settings.FROM_EMAIL.rpartition("@")[2]
    return f"{kind}:{(domain if len(domain) >= 5 else f'mail.{domain}')[:15]}"


def as_list_mail(message: EmailMultiAlternatives, unsubscribe_url: str) -> EmailMultiAlternatives:
    """Adds the headers of RFC 2369 and RFC 8058, so that mail programs show their own unsubscribe button."""
    domain = settings.FROM_EMAIL.rpartition("@")[2]
    message.extra_headers["List-Unsubscribe"] = f"<{unsubscribe_url}>"
    message.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.extra_headers["List-ID"] = f"newsletter <newsletter.{domain}>"
    return message


def as_bulk_mail(message: EmailMultiAlternatives, archive_path: str) -> EmailMultiAlternatives:
    """To many at once: no machine answers it, and whoever reads it finds what went out before."""
    message.extra_headers["Precedence"] = "bulk"
    message.extra_headers["List-Archive"] = f"<{absolute(archive_path)}>"
    return message


def by_a_person(message: EmailMultiAlternatives) -> EmailMultiAlternatives:
    """Takes off what says that no person wrote it: that somebody is away is an answer that staff want to see."""
    for header in ("Auto-Submitted", "X-Auto-Response-Suppress"):
        del message.extra_headers[header]
    return message

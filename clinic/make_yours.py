"""What a new site still has of the demo, for whoever answers for it: each line with its page, until nothing is left."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import BigIntegerField, DateTimeField, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Article, ArticleRevision, Reviewer
from clinic.accounts.requirement import FACTORS
from clinic.models import AuditEvent
from enquiries import packet_content, sources
from enquiries.models import PacketVersion
from foundation import first_content
from foundation.models import ClinicProfile, ConsentWording
from foundation.prepared import Blank, Lists, Rows
from mailings.models import OutgoingEmail

# They come with the code.
read = cache(first_content.read)
# What no two clinics have in common; the other texts of the demo may stay as they are.
OWN = ("name", "postal_address", "phone", "email", "about")
# Contact was asked for up to 0.4, and a call still asks for it; no form shows it.
ASKED = (ConsentWording.Kind.PACKET, ConsentWording.Kind.ANSWER, ConsentWording.Kind.NEWSLETTER)


# Whoever comes behind them is named once these are done.
MOST_NAMED = 3


class Line(NamedTuple):
    """lacks: in words what is still to be done; empty once it is."""

    title: str
    url: str
    lacks: str


def left_to_do(request: HttpRequest) -> list[Line]:
    """All lines while one of them lacks something; none for who does not answer for the clinic."""
    if not request.user.has_perm("foundation.promise_answers"):
        return []
    found = list(lines(request))
    return found if any(line.lacks for line in found) else []


def once_done() -> dict[str, QuerySet[Any]]:
    """What has been done as soon as there is one of it."""
    published = Article.objects.published_at(Blank("now", DateTimeField()))
    return {
        "articles": published.exclude(live_revision__source=ArticleRevision.Source.FIRST_CONTENT),
        "factors": Authenticator.objects.filter(user=Blank("user", BigIntegerField()), type__in=FACTORS),
        "backups": AuditEvent.objects.filter(kind=AuditEvent.Kind.BACKUP_MADE),
        "mails": OutgoingEmail.objects.filter(state=OutgoingEmail.State.SENT),
    }


ONCE_DONE = Lists(once_done)
PEOPLE = Rows(Reviewer.objects.of_the_clinic)
GENERAL_PACKET = Rows(lambda: PacketVersion.objects.defer("pdf").filter(sent_by__topic=None, sent_by__isnull=False)[:1])
UNTIL_THEN = {
    "articles": gettext_lazy("All that is published came with the site."),
    "factors": gettext_lazy("Your account has none: whoever learns your password can sign in as you."),
    "mails": gettext_lazy("No mail has gone out yet. Try it: ./run manage send_test_mail ADDRESS"),
    "backups": gettext_lazy("None was made yet: ./run manage backup, each night, as docs/deploying.md says."),
}


def lines(request: HttpRequest) -> Iterator[Line]:
    profile = ClinicProfile.objects.current()
    found = ONCE_DONE.ask(most=1, now=timezone.now(), user=request.user.pk)
    lacks = {name: "" if found[name].count else str(words) for name, words in UNTIL_THEN.items()}
    page = reverse("admin:foundation_clinicprofile_changelist")
    yield Line(_("The clinic's profile"), page, of_profile(profile))
    yield Line(_("Opening hours"), f"{page}#opening_hours-group", of_hours(profile))
    yield Line(_("People of your clinic"), reverse("admin:articles_reviewer_changelist"), of_people())
    yield Line(_("Information packet"), reverse("admin:enquiries_packet_changelist"), of_packet())
    yield Line(_("Sender of the mails"), reverse("admin:mailings_outgoingemail_changelist"), of_sender(lacks["mails"]))
    yield Line(_("Consent wordings"), reverse("admin:foundation_consentwording_changelist"), of_wordings())
    yield Line(_("A first article of your own"), reverse("admin:articles_article_changelist"), lacks["articles"])
    yield Line(_("Your second factor"), reverse("mfa_index"), lacks["factors"])
    yield Line(_("Backup"), reverse("admin:clinic_auditevent_changelist"), lacks["backups"])


def of_profile(profile: ClinicProfile) -> str:
    demo = read("profile.toml")
    same = [name for name in OWN if getattr(profile, name).strip() in ("", demo[name].strip())]
    # Sites of before the demo said its name in one place alone.
    named = [name for name in packet_content.TEXTS if name not in same and demo["name"] in getattr(profile, name)]
    labels = [str(ClinicProfile._meta.get_field(name).verbose_name) for name in [*same, *named]]  # type: ignore[union-attr]
    return _("Empty or still the demo's: %(what)s.") % {"what": get_text_list(labels, _("and"))} if labels else ""


def of_hours(profile: ClinicProfile) -> str:
    demo = read("profile.toml")
    spans = {(span.weekday, span.opens, span.closes) for span in profile.opening_hours.all()} if profile.pk else set()
    if not spans:
        return _("There are none, so no answer can be promised.")
    of_demo = {(span["weekday"], span["opens"], span["closes"]) for span in demo["opening_hours"]}
    is_demo = spans == of_demo and (profile.hours, profile.time_zone) == (demo["hours"], demo["time_zone"])
    return _("Still the demo's. If they happen to be yours, too, say so in the note beside them.") if is_demo else ""


def of_people() -> str:
    people = PEOPLE.ask()
    if not people:
        return _("Nobody is named, so readers find no clinician on any page: add the people of your clinic.")
    lacking = [
        _("%(name)s (%(what)s)") % {"name": person.name, "what": lacks}
        for person in people
        if (lacks := of_person(person))
    ]
    if lacking:
        return _("Not said yet: %(who)s.") % {"who": get_text_list(lacking[:MOST_NAMED], _("and"))}
    return (
        ""
        if any(person.registration for person in people)
        else _("None of them has a registration that readers can look up.")
    )


def of_person(person: Reviewer) -> str:
    lacks = [] if person.role else [_("what they do")]
    if person.registration and not person.register_url:
        lacks.append(_("the address of the register"))
    return get_text_list(lacks, _("and"))


def of_packet() -> str:
    version = GENERAL_PACKET.first()
    if version is None:
        return _("No version is approved.")
    if version.sources.get("demo", version.approved_by_id is None):
        return _("The one that goes out bears the demo clinic's name: make the next version and approve it.")
    changes = sources.changes(version, sources.fingerprint_of_late)
    return _("It is older than what it was made from: make the next version.") if changes else ""


def of_sender(lacks: str) -> str:
    if not settings.EMAIL_URL:
        return _("No mail leaves this machine: set EMAIL_URL and FROM_EMAIL as docs/sending.md says.")
    return lacks


def of_wordings() -> str:
    came = {(wording["kind"], wording["text"]) for wording in read("wordings.toml")["wordings"]}
    newest = [ConsentWording.objects.to_show(kind) for kind in ASKED]
    labels = [found.get_kind_display() for found in newest if found and (found.kind, found.text) in came]
    words = _("Still the words that came with the site, which name nobody: %(what)s.")
    return words % {"what": get_text_list(labels, _("and"))} if labels else ""

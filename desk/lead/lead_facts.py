"""What is known of a person: their enquiries and pages, what they agreed to, their mail, and what they wrote anew."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, Q, QuerySet, TextField
from django.urls import reverse
from django.utils.translation import gettext_lazy

from articles.models import Article, present
from desk import words
from desk.lead.forms import DETAILS, AcceptForm, LeadForm
from enquiries.models import Enquiry, Lead, LeadEvent
from enquiries.rules import article_slug, lead_facts, utm_of
from foundation.models import ConsentWording
from foundation.prepared import Rows, Several
from mailings.models import Consent, OutgoingEmail
from newsletters.models import DigestRecipient, NewsletterRecipient, Subscriber

# A page of work, not an archive.
NEWEST_ENQUIRIES = 20
NEWEST_CONSENTS = 50
NEWEST_MAILS = 20
NEWEST_ISSUES = 20
NEWEST_CHANGES = 200
WROTE_ANOTHER = {
    "name": gettext_lazy("They wrote another name on %(day)s:"),
    "phone": gettext_lazy("They wrote another telephone number on %(day)s:"),
    "country": gettext_lazy("They wrote another country on %(day)s:"),
}


class Page(NamedTuple):
    """A page of ours that somebody came from: the article's title where it is one, else the path as it was sent."""

    title: str
    url: str = ""
    is_article: bool = False


class Touch(NamedTuple):
    """Somebody got in touch, from some page."""

    at: datetime
    path: str
    utm: dict[str, str]

    @property
    def campaign(self) -> str:
        return " · ".join(value for _name, value in sorted(self.utm.items()) if value)


class Offer(NamedTuple):
    """What the newest enquiry that says anything of a field says otherwise than the lead."""

    form: LeadForm
    field: str
    sentence: str
    value: str
    enquiry: Enquiry


def about(lead: Lead, family: list[Lead], *, links_to_staff_pages: bool, may_read: bool) -> dict[str, Any]:
    """Two queries more at most, however many enquiries. Pages they came from are for who may read what they wrote."""
    enquiries = ENQUIRIES.ask(family=[member.pk for member in family])
    for enquiry in enquiries:
        enquiry.said_in = words.language(enquiry.language)
    agreed = consents(family)
    first, last = touches(family, enquiries, agreed)
    paths = {enquiry.source_path for enquiry in enquiries} | {consent.source_path for consent in agreed}
    paths |= {touch.path for touch in (first, last) if touch}
    known = pages(paths if may_read else (), links_to_staff_pages)
    return {
        "enquiries": [(enquiry, known.get(enquiry.source_path)) for enquiry in enquiries],
        "wrote": next((enquiry for enquiry in enquiries if enquiry.fields.get("message")), None),
        "agreements": by_wording(agreed, known),
        "first_touch": (first, known.get(first.path)) if first else None,
        "last_touch": (last, known.get(last.path)) if last else None,
        "landing_article": next((page for page in in_order(first, enquiries, known) if page and page.is_article), None),
        "came_from_pages": bool(paths - {""}),
        "mails": mails(family),
        **read_by(family),
    }


def read_by(family: list[Lead]) -> dict[str, list[Any]]:
    """What they get of the newsletter: nothing was sent to who never signed up, as most did not."""
    asked = {"addresses": addresses(family)}
    found = SUBSCRIBERS.ask(**asked)
    return {
        "issues": ISSUES.ask(**asked) if found else [],
        "digests": DIGESTS.ask(**asked) if found else [],
        "subscribers": [one for one in found if one.state == Subscriber.State.CONFIRMED],
    }


FAMILY, ADDRESSES = Several("family", BigIntegerField()), Several("addresses", TextField())


def of_family() -> QuerySet[Enquiry]:
    return Enquiry.objects.filter(lead__in=FAMILY).order_by("-received_at", "-pk")


def sign_ups() -> QuerySet[Consent]:
    signed_up = Consent.objects.filter(email__in=ADDRESSES, wording__kind=ConsentWording.Kind.NEWSLETTER)
    return signed_up.order_by("given_at")[:1]


def subscribers() -> QuerySet[Subscriber]:
    return Subscriber.objects.filter(email__in=ADDRESSES)


ENQUIRIES, FIRST_ENQUIRY = Rows(lambda: of_family()[:NEWEST_ENQUIRIES]), Rows(lambda: of_family().reverse()[:1])
SIGN_UPS, SUBSCRIBERS = Rows(sign_ups), Rows(subscribers)


def touches(family: list[Lead], enquiries: list[Enquiry], agreed: list[Consent]) -> tuple[Touch | None, Touch | None]:
    """The first time they wrote or signed up for the newsletter, and the last time they wrote."""
    first, sign_up = first_enquiry(family, enquiries), first_sign_up(addresses(family), agreed)
    begun = touch_of(first) if first else None
    if sign_up and (begun is None or sign_up.given_at < begun.at):
        begun = Touch(sign_up.given_at, sign_up.source_path, utm_of(sign_up.source_path))
    return begun, touch_of(enquiries[0]) if enquiries else None


def first_enquiry(family: list[Lead], newest: list[Enquiry]) -> Enquiry | None:
    """Asked for only where the newest are not all."""
    if len(newest) < NEWEST_ENQUIRIES:
        return newest[-1] if newest else None
    found: Enquiry | None = FIRST_ENQUIRY.first(family=[member.pk for member in family])
    return found


def first_sign_up(own: list[str], newest: list[Consent]) -> Consent | None:
    """Likewise. What is agreed to with an enquiry may be of an address since corrected, which is none of theirs."""
    if len(newest) < NEWEST_CONSENTS:
        kind = ConsentWording.Kind.NEWSLETTER
        given = [one for one in newest if one.wording.kind == kind and one.email in own]
        return min(given, key=lambda one: one.given_at, default=None)
    found: Consent | None = SIGN_UPS.first(addresses=own)
    return found


def touch_of(enquiry: Enquiry) -> Touch:
    return Touch(enquiry.received_at, enquiry.source_path, enquiry.utm)


def in_order(first: Touch | None, enquiries: list[Enquiry], known: dict[str, Page]) -> Iterable[Page | None]:
    yield known.get(first.path) if first else None
    yield from (known.get(enquiry.source_path) for enquiry in reversed(enquiries))


def pages(paths: Iterable[str], links_to_staff_pages: bool) -> dict[str, Page]:
    """Visitors may post any path: only one that is an article of ours becomes a link."""
    typed = {path: article_slug(path) for path in paths if path}
    now = present(typed.values())
    slugs = {path: now.get(slug, "") for path, slug in typed.items()}
    rows = Article.objects.filter(slug__in=now.values())
    found = {slug: (pk, title) for slug, pk, title in rows.values_list("slug", "pk", "live_revision__content__title")}
    return {path: page(path, slug, found.get(slug), links_to_staff_pages) for path, slug in slugs.items()}


def page(path: str, slug: str, article: tuple[int, str] | None, links_to_staff_pages: bool) -> Page:
    if article is None:
        return Page(path)
    pk, title = article
    view, key = ("admin:articles_article_change", pk) if links_to_staff_pages else ("articles:article", slug)
    return Page(title or slug, reverse(view, args=[key]), is_article=True)


def addresses(family: list[Lead]) -> list[str]:
    return [member.email for member in family if member.email]


def consents(family: list[Lead]) -> list[Consent]:
    """What came with their enquiries, also from an address since corrected, and all else from the present ones."""
    newest = NEWEST_OF_CONSENTS.ask(family=[member.pk for member in family], addresses=addresses(family))
    return CONSENTS.ask(numbers=newest)


def newest_of_consents() -> QuerySet[Consent, Any]:
    given = Consent.objects.order_by()
    # Four index look-ups; with OR, Postgres would read the whole table.
    packet = given.filter(packet_enquiries__lead__in=FAMILY)
    contact = given.filter(contact_enquiries__lead__in=FAMILY)
    newsletter = given.filter(newsletter_enquiries__lead__in=FAMILY)
    found = packet.union(contact, newsletter, given.filter(email__in=ADDRESSES))
    return found.order_by("-given_at").values_list("pk", flat=True)[:NEWEST_CONSENTS]


def whole_consents() -> QuerySet[Consent]:
    rows = Consent.objects.filter(pk__in=Several("numbers", BigIntegerField())).order_by("-given_at", "-pk")
    return rows.select_related("wording", "recorded_by", "ended__event__actor")


NEWEST_OF_CONSENTS, CONSENTS = Rows(newest_of_consents), Rows(whole_consents)


def by_wording(
    rows: list[Consent], known: dict[str, Page]
) -> list[tuple[ConsentWording, list[tuple[Consent, Page | None]]]]:
    """Each text once, with all the times they agreed to it."""
    found: dict[int, tuple[ConsentWording, list[tuple[Consent, Page | None]]]] = {}
    for row in rows:
        found.setdefault(row.wording_id, (row.wording, []))[1].append((row, known.get(row.source_path)))
    return list(found.values())


def mails(family: list[Lead]) -> list[OutgoingEmail]:
    """Packets and templates that went to this person, also to an address since corrected, and all else to theirs.

    Issues of the newsletter stand apart: of a reader for years, nothing else would be left.
    """
    newest = NEWEST_OF_MAILS.ask(family=[member.pk for member in family], addresses=addresses(family))
    return MAILS.ask(numbers=newest)


def newest_of_mails() -> QuerySet[OutgoingEmail, Any]:
    outbox = OutgoingEmail.objects.order_by()
    packets, written = outbox.filter(packet_delivery__lead__in=FAMILY), outbox.filter(lead_mail__lead__in=FAMILY)
    # Index look-ups; with OR, Postgres would read the whole ledger.
    found = packets.union(written, outbox.filter(email__in=ADDRESSES, mailing=None))
    return found.order_by("-created_at").values_list("pk", flat=True)[:NEWEST_MAILS]


def whole_mails() -> QuerySet[OutgoingEmail]:
    rows = OutgoingEmail.objects.filter(pk__in=Several("numbers", BigIntegerField()))
    return rows.select_related("packet_delivery", "lead_mail__template")


NEWEST_OF_MAILS, MAILS = Rows(newest_of_mails), Rows(whole_mails)


def issues() -> QuerySet[NewsletterRecipient]:
    """Of the newsletter: those they were to get, each with what became of it."""
    received = NewsletterRecipient.objects.filter(subscriber__email__in=ADDRESSES).order_by("-pk")
    facts = (
        "newsletter__subject",
        "outgoing__state",
        "outgoing__sent_at",
        "outgoing__forbidden",
        "outgoing__created_at",
    )
    return received.select_related("newsletter", "outgoing").only(*facts)[:NEWEST_ISSUES]


def digests() -> QuerySet[DigestRecipient]:
    """The same of the monthly e-mail, which they may have chosen in place of issues."""
    received = DigestRecipient.objects.filter(subscriber__email__in=ADDRESSES).order_by("-pk")
    return received.select_related("digest", "outgoing")[:NEWEST_ISSUES]


ISSUES, DIGESTS = Rows(issues), Rows(digests)


def offers(lead: Lead, family: list[Lead], enquiries: list[Enquiry], fresh: LeadForm) -> list[Offer]:
    """What the person wrote last of each field, where the lead has something else and nobody decided yet."""
    members = [member.pk for member in family]
    merges = Q(kind=LeadEvent.Kind.MERGED, data__merged__in=members)
    changes = LeadEvent.objects.filter(Q(kind=LeadEvent.Kind.DETAILS) | merges, lead__in=members)
    decisions = list(changes.order_by("-at").values_list("at", "data")[:NEWEST_CHANGES])
    found = (offer(lead, name, enquiries, fresh) for name in DETAILS)
    return [one for one in found if one and not any(decides(data, at, one) for at, data in decisions)]


def offer(lead: Lead, name: str, enquiries: list[Enquiry], fresh: LeadForm) -> Offer | None:
    said = ((enquiry, lead_facts(enquiry.fields)[name]) for enquiry in enquiries)
    enquiry, value = next((pair for pair in said if pair[1]), (None, ""))
    if enquiry is None or value == getattr(lead, name):
        return None
    sentence = str(WROTE_ANOTHER[name]) % {"day": words.day(enquiry.received_at)}
    in_words = words.country(value) if name == "country" else value
    return Offer(refused_or(fresh, name), name, sentence, in_words, enquiry)


def decides(data: dict[str, Any], at: datetime, one: Offer) -> bool:
    """A change of that field by hand, or a choice of it in a merge, says more than an earlier enquiry; a decision is
    about its own enquiry only.
    """
    if one.field not in {data.get("kept"), *data.get("before", {}), *data.get("chosen", {})}:
        return False
    return data["enquiry"] == one.enquiry.pk if "enquiry" in data else at > one.enquiry.received_at


def refused_or(form: LeadForm, name: str) -> LeadForm:
    """What was refused stands beside its own field; beside the others a fresh one."""
    if form.is_bound and form.data.get("field") != name:
        return AcceptForm(form.lead, by=form.by)
    return form

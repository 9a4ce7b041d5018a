"""What a packet version is made from, and what of it reads otherwise by now."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy

from articles.models import Article, Review, Reviewer, Topic, reviews_until_live
from articles.words import warnings
from enquiries import packet_content as made_of
from enquiries.models import PacketVersion
from enquiries.packet_content import DETAILS, TEXTS
from foundation.models import ClinicProfile, ContentVersion, OpeningHours, OwnNumber, told
from foundation.prepared import Rows

PRICE = ("price_low", "price_high", "price_currency", "price_covers", "price_on")


class ChangeKind(TextChoices):
    UNKNOWN = "unknown", gettext_lazy("it was made before the site kept what a packet is made from")
    PROFILE = "profile", "%(what)s"
    LOOK = "look", gettext_lazy("logo, colors, paper or how days are written")
    SITE = "site", gettext_lazy("the address of this site")
    STEPS = "steps", gettext_lazy("steps of the process")
    PRICE = "price", gettext_lazy("the price range")
    NUMBERS = "numbers", gettext_lazy("the clinic's own numbers")
    CONDITION = "condition", gettext_lazy("the name of the condition")
    PEOPLE = "people", gettext_lazy("the people of the clinic")
    GLOSSARY = "glossary", gettext_lazy("words of the glossary")
    NOTICES = "notices", gettext_lazy("notices that the law requires")
    ARTICLE_CHANGED = "article_changed", gettext_lazy("“%(what)s” has new words")
    ARTICLE_REVIEWED = "article_reviewed", gettext_lazy("the review of “%(what)s” is another")
    ARTICLE_WARNED = "article_warned", gettext_lazy("what journals or newer studies say against “%(what)s” is other")
    ARTICLE_NEW = "article_new", gettext_lazy("“%(what)s” was published since")
    ARTICLE_GONE = "article_gone", gettext_lazy("“%(what)s” is no longer published, and the packet sums it up")


OF_THE_CLINIC = (
    ChangeKind.LOOK,
    ChangeKind.SITE,
    ChangeKind.STEPS,
    ChangeKind.PRICE,
    ChangeKind.NUMBERS,
    ChangeKind.CONDITION,
    ChangeKind.PEOPLE,
    ChangeKind.GLOSSARY,
    ChangeKind.NOTICES,
)
OF_PROFILE = {ChangeKind.PROFILE, ChangeKind.LOOK, ChangeKind.STEPS, ChangeKind.PRICE, ChangeKind.NUMBERS}


class Change(NamedTuple):
    """One thing that is other than in the version. what: the field of the profile, or the title of the article."""

    kind: ChangeKind
    what: str = ""

    def __str__(self) -> str:
        return str(self.kind.label) % {"what": self.what}


def hours(profile: ClinicProfile) -> list[Any]:
    """Whatever language they are printed in."""
    week = profile.business_hours().week
    return [profile.hours, [[day, [[str(end) for end in span] for span in week[day]]] for day in sorted(week)]]


def fingerprint(topic: Topic | None = None) -> dict[str, Any]:
    """A digest of each source as it is now: {"profile": {field: …}, "site": …, "steps": …, "articles": {id: …}}.

    topic: of whose own packet.
    """
    profile, articles = ClinicProfile.objects.current(), made_of.articles_on(topic)
    return {
        "profile": {
            **{name: digest(getattr(profile, name)) for name in (*DETAILS, *TEXTS)},
            "hours": digest(hours(profile)),
        },
        "look": look(profile),
        "site": digest(settings.SITE_URL),
        "steps": digest(made_of.steps(profile)),
        "price": price_of(profile),
        "numbers": digest([number_words(number) for number in told(profile)]),
        "condition": digest(topic.name if topic else ""),
        "people": digest([person_words(person) for person in made_of.people()]),
        "glossary": digest(made_of.glossary(profile, articles)),
        "notices": digest(made_of.notices()),
        "articles": {str(found.pk): digest(article_words(found)) for found in articles},
        "dois": {str(found.pk): made_of.doi_of(found) for found in articles},
        "evidence": {str(found.pk): digest(made_of.evidence(found)) for found in articles},
        "limits": {str(found.pk): digest(made_of.limits(found)) for found in articles},
        "warnings": {str(found.pk): digest(warnings(found)) for found in articles},
        "reviews": reviews(articles),
    }


CONTENT = Rows(lambda: ContentVersion.objects.order_by("pk").values_list("version", flat=True)[:1])
KEPT_FOR = timedelta(minutes=1)


class Kept(NamedTuple):
    version: Any
    made_at: datetime
    found: dict[str, Any]


# The last fingerprints, by packet.
_kept: dict[int | None, Kept] = {}


def fingerprint_of_late(topic: Topic | None = None) -> dict[str, Any]:
    """For what somebody looks at all day: kept until the content moves, and for as long as a minute in any case.

    The content is asked for anew and not of foundation.outage, so that it is right in a transaction, too.
    """
    version, now, which = CONTENT.first(), timezone.now(), topic.pk if topic else None
    kept = _kept.get(which)
    if kept is None or kept.version != version or abs(now - kept.made_at) >= KEPT_FOR:
        kept = _kept[which] = Kept(version, now, fingerprint(topic))
    return kept.found


def look(profile: ClinicProfile) -> str:
    # Where nothing is chosen as before, or each version of before this could be chosen were older.
    dates = [profile.dates] if profile.dates else []
    return digest([profile.logo, profile.colors, profile.paper, *dates])


def price_of(profile: ClinicProfile) -> str:
    """Whatever language it is told in."""
    return digest([str(getattr(profile, name) or "") for name in PRICE])


def number_words(number: OwnNumber) -> list[str]:
    return [str(getattr(number, field.attname)) for field in OwnNumber._meta.concrete_fields if not field.primary_key]


def person_words(person: Reviewer) -> list[Any]:
    photo = person.photo.sha256 if person.photo else ""
    return [made_of.person_line(person), photo, made_of.said_of(person)]


def reviews(articles: list[Article]) -> dict[str, list[Any]]:
    """Of each its days, who read it, and whether somebody said no: in one query, for Today asks it each time."""
    said = reviews_until_live(articles)
    return {
        str(found.pk): [*days_of_review(found), *words_of_review(found, said.get(found.pk, []))] for found in articles
    }


def days_of_review(article: Article) -> list[str | None]:
    return [day.isoformat() if day else None for day in (article.reviewed_on, article.review_due_on)]


def words_of_review(article: Article, said: list[Review]) -> list[Any]:
    """said: the last first."""
    whole = (each for each in said if (each.decision, each.scope) == (Review.Decision.APPROVED, Review.Scope.WHOLE))
    read = next(whole, None) if article.reviewed_on else None
    return [str(read.reviewer) if read else "", bool(said) and said[0].decision == Review.Decision.SENT_BACK]


def article_words(article: Article) -> list[str]:
    return [article.content["title"], article.content["summary"], article.slug]


def digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()


def changes(version: PacketVersion, now: Callable[[Topic | None], dict[str, Any]] = fingerprint) -> list[Change]:
    """What the version would say otherwise if it were made now; a few queries."""
    then = version.sources
    return changes_since(then, now(version.packet.topic)) if then else [Change(ChangeKind.UNKNOWN)]


def changes_since(then: dict[str, Any], now: dict[str, Any]) -> list[Change]:
    of_articles = (changes_of_articles, changes_of_warnings, changes_of_reviews)
    return [*changes_of_profile(then, now), *(change for kind in of_articles for change in kind(then, now))]


def words_of_articles(one: dict[str, Any], now: dict[str, Any]) -> dict[str, list[Any]]:
    """A version of before the packet printed DOIs, what studies found or what limits that, lacks none of them."""
    more = [one.get(name, now[name]) for name in ("dois", "evidence", "limits")]
    return {pk: [words, *(each.get(pk) for each in more)] for pk, words in one["articles"].items()}


def changes_of_profile(then: dict[str, Any], now: dict[str, Any]) -> Iterator[Change]:
    for name, found in now["profile"].items():
        if then["profile"].get(name) != found:
            yield Change(ChangeKind.PROFILE, label_of(name))
    # Before a clinic could choose one, each had that of the site; and a packet of before named nobody, no notice, no
    # price and no number.
    none = digest([])
    before: dict[str, Any] = {
        ChangeKind.LOOK: look(ClinicProfile()),
        ChangeKind.PEOPLE: none,
        ChangeKind.NOTICES: none,
        ChangeKind.PRICE: price_of(ClinicProfile()),
        ChangeKind.NUMBERS: none,
    }
    as_now: dict[str, Any] = {kind: now[kind] for kind in (ChangeKind.GLOSSARY, ChangeKind.CONDITION)}
    then = {**before, **as_now, **then}
    for kind in OF_THE_CLINIC:
        if then[kind] != now[kind]:
            yield Change(kind)


def label_of(name: str) -> str:
    """Of the hours, whatever of them changed: their rows, or the note behind these."""
    found = OpeningHours._meta if name == "hours" else ClinicProfile._meta.get_field(name)
    return str(found.verbose_name)  # type: ignore[union-attr]


def changes_of_articles(then: dict[str, Any], now: dict[str, Any]) -> Iterator[Change]:
    before, since = words_of_articles(then, now), words_of_articles(now, now)
    for article in those_that_differ(before, since):
        yield Change(kind_of(str(article.pk), before, since), str(article))


def changes_of_warnings(then: dict[str, Any], now: dict[str, Any]) -> Iterator[Change]:
    """A version of before the packet told of any warns of nothing, whatever there was to warn of."""
    both = {pk: warned for pk, warned in now["warnings"].items() if pk in then["articles"]}
    told = {pk: then.get("warnings", {}).get(pk, digest([])) for pk in both}
    for article in those_that_differ(told, both):
        yield Change(ChangeKind.ARTICLE_WARNED, str(article))


def changes_of_reviews(then: dict[str, Any], now: dict[str, Any]) -> Iterator[Change]:
    """Of articles that are in both; what a version of before kept nothing of it says nothing wrong of."""
    told = then.get("reviews", {})
    both = {pk: said for pk, said in now["reviews"].items() if pk in told}
    for article in those_that_differ({pk: [*told[pk], *both[pk][len(told[pk]) :]] for pk in both}, both):
        yield Change(ChangeKind.ARTICLE_REVIEWED, str(article))


def those_that_differ(then: dict[str, Any], now: dict[str, Any]) -> Iterable[Article]:
    other = [pk for pk in {**then, **now} if then.get(pk) != now.get(pk)]
    # Mostly there are none, and to write a question that is never asked takes longer than to find that out.
    if not other:
        return []
    return Article.objects.filter(pk__in=other).select_related("live_revision").order_by("pk")


def kind_of(pk: str, then: dict[str, Any], now: dict[str, Any]) -> ChangeKind:
    if pk not in now:
        return ChangeKind.ARTICLE_GONE
    return ChangeKind.ARTICLE_CHANGED if pk in then else ChangeKind.ARTICLE_NEW


def may_go_out(version: PacketVersion) -> bool:
    # What nobody approved, the site made when it was new.
    return may_be_sent(is_demo=version.sources.get("demo", version.approved_by_id is None))


def may_be_sent(*, is_demo: bool) -> bool:
    """Not in the name that a new site opens with, once real people read it: telephone and hours would be the demo's."""
    return not (settings.HTTPS and is_demo)

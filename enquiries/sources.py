"""What a packet version is made from, and what of it reads otherwise by now."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import TextChoices
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Article
from enquiries.models import PacketVersion
from foundation import opening
from foundation.models import ClinicProfile, LogoFile, OpeningHours

DETAILS = ("name", "tagline", "postal_address", "phone", "email", "hours")
TEXTS = ("about", "known", "unknown", "costs", "questions_to_ask")


class ChangeKind(TextChoices):
    UNKNOWN = "unknown", gettext_lazy("it was made before the site kept what a packet is made from")
    PROFILE = "profile", "%(what)s"
    LOOK = "look", gettext_lazy("logo, colors or paper")
    SITE = "site", gettext_lazy("the address of this site")
    STEPS = "steps", gettext_lazy("steps of the process")
    ARTICLE_CHANGED = "article_changed", gettext_lazy("“%(what)s” has new words")
    ARTICLE_NEW = "article_new", gettext_lazy("“%(what)s” was published since")
    ARTICLE_GONE = "article_gone", gettext_lazy("“%(what)s” is no longer published, and the packet sums it up")


OF_PROFILE = {ChangeKind.PROFILE, ChangeKind.LOOK, ChangeKind.STEPS}


class Change(NamedTuple):
    """One thing that is other than in the version. what: the field of the profile, or the title of the article."""

    kind: ChangeKind
    what: str = ""

    def __str__(self) -> str:
        return str(self.kind.label) % {"what": self.what}


def contents(number: int) -> dict[str, Any]:
    """What build_packet_pdf makes version so and so of, as profile and articles are now."""
    profile = ClinicProfile.objects.current()
    month = date_format(profile.today(), "F Y")
    return {
        "clinic": {**details(profile), "hours": opening.printed(profile), "site_url": settings.SITE_URL},
        "colors": dict(profile.palette.light),
        "logo": logo(profile),
        "paper": profile.paper,
        **{name: getattr(profile, name) for name in TEXTS},
        "process_steps": steps(profile),
        "articles": [article_line(article) for article in Article.objects.published()],
        "version_label": _("Version %(number)s, %(month)s") % {"number": number, "month": month},
    }


def details(profile: ClinicProfile) -> dict[str, str]:
    return {name: getattr(profile, name) for name in DETAILS}


def hours(profile: ClinicProfile) -> list[Any]:
    """Whatever language they are printed in."""
    week = profile.business_hours().week
    return [profile.hours, [[day, [[str(end) for end in span] for span in week[day]]] for day in sorted(week)]]


def logo(profile: ClinicProfile) -> list[int]:
    """As numbers, since all travels as JSON."""
    found = LogoFile.objects.filter(logo=profile.logo, use="packet").first()
    return list(bytes(found.data)) if found else []


def steps(profile: ClinicProfile) -> list[dict[str, str]]:
    return [{"title": step.title, "text": step.text} for step in profile.process_steps.all()]


def article_line(article: Article) -> dict[str, str]:
    url = f"{settings.SITE_URL}{article.get_absolute_url()}"
    return {
        "title": article.content["title"],
        "summary": article.content["summary"],
        "url": url,
        "doi": doi_of(article),
    }


def doi_of(article: Article) -> str:
    return article.content["citation"].get("doi") or ""


def fingerprint() -> dict[str, Any]:
    """A digest of each source as it is now: {"profile": {field: …}, "site": …, "steps": …, "articles": {id: …}}."""
    profile, articles = ClinicProfile.objects.current(), list(Article.objects.published())
    return {
        "profile": {
            **{name: digest(getattr(profile, name)) for name in (*DETAILS, *TEXTS)},
            "hours": digest(hours(profile)),
        },
        "look": look(profile),
        "site": digest(settings.SITE_URL),
        "steps": digest(steps(profile)),
        "articles": {str(found.pk): digest(article_words(found)) for found in articles},
        "dois": {str(found.pk): doi_of(found) for found in articles},
    }


def look(profile: ClinicProfile) -> str:
    return digest([profile.logo, profile.colors, profile.paper])


def article_words(article: Article) -> list[str]:
    return [article.content["title"], article.content["summary"], article.slug]


def digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()


def changes(version: PacketVersion) -> list[Change]:
    """What the version would say otherwise if it were made now; a few queries."""
    then = version.sources
    if not then:
        return [Change(ChangeKind.UNKNOWN)]
    now = fingerprint()
    return [*changes_of_profile(then, now), *changes_of_articles(with_dois(then, now), with_dois(now, now))]


def with_dois(one: dict[str, Any], now: dict[str, Any]) -> dict[str, str]:
    """A version of before the packet printed DOIs lacks none of them."""
    dois = one.get("dois", now["dois"])
    return {pk: f"{digest} {dois.get(pk, '')}" for pk, digest in one["articles"].items()}


def changes_of_profile(then: dict[str, Any], now: dict[str, Any]) -> Iterator[Change]:
    for name, found in now["profile"].items():
        if then["profile"].get(name) != found:
            yield Change(ChangeKind.PROFILE, label_of(name))
    # Before a clinic could choose one, each had that of the site.
    then = {ChangeKind.LOOK: look(ClinicProfile()), **then}
    for kind in (ChangeKind.LOOK, ChangeKind.SITE, ChangeKind.STEPS):
        if then[kind] != now[kind]:
            yield Change(kind)


def label_of(name: str) -> str:
    """Of the hours, whatever of them changed: their rows, or the note behind these."""
    found = OpeningHours._meta if name == "hours" else ClinicProfile._meta.get_field(name)
    return str(found.verbose_name)  # type: ignore[union-attr]


def changes_of_articles(then: dict[str, str], now: dict[str, str]) -> Iterator[Change]:
    other = [pk for pk in {**then, **now} if then.get(pk) != now.get(pk)]
    for article in Article.objects.filter(pk__in=other).select_related("live_revision").order_by("pk"):
        yield Change(kind_of(str(article.pk), then, now), str(article))


def kind_of(pk: str, then: dict[str, str], now: dict[str, str]) -> ChangeKind:
    if pk not in now:
        return ChangeKind.ARTICLE_GONE
    return ChangeKind.ARTICLE_CHANGED if pk in then else ChangeKind.ARTICLE_NEW


def may_go_out(version: PacketVersion) -> bool:
    # What nobody approved, the site made when it was new.
    return may_be_sent(is_demo=version.sources.get("demo", version.approved_by_id is None))


def may_be_sent(*, is_demo: bool) -> bool:
    """Not in the name that a new site opens with, once real people read it: telephone and hours would be the demo's."""
    return not (settings.HTTPS and is_demo)

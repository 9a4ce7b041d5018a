"""What a packet is made of, as profile, people and published articles are now: plain data for enquiries.documents."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from articles.glossary import occurring
from articles.models import Article, ImageFile, Reviewer, Topic, is_sent_back, last_read, with_notices
from articles.words import is_taken_back, warnings
from foundation import days, opening, own_numbers
from foundation.models import ClinicProfile, LogoFile, RequiredNotice, told

DETAILS = ("name", "tagline", "postal_address", "phone", "email", "hours")
TEXTS = ("about", "known", "unknown", "costs", "questions_to_ask")
# What a physician asks of a study first.
ASKED_BY_DOCTORS = ("design", "participants", "main_result", "harms")
# Without which no result stands anywhere else either.
BESIDE_RESULTS = ("uncertainty", "limits")
OF_PEOPLE = ("name", "credentials", "role", "languages", "registration", "register_url")


def contents(number: int, topic: Topic | None = None) -> dict[str, Any]:
    """What build_packet_pdf makes version so and so of. topic: of whose own packet."""
    profile = ClinicProfile.objects.current()
    month = days.day(profile.today(), "YEAR_MONTH_FORMAT")
    return {
        **of_profile(profile),
        **of_research(profile, topic),
        "notices": notices(),
        "people": [{**person_line(person), **portrait(person)} for person in people()],
        "version_label": _("Version %(number)s, %(month)s") % {"number": number, "month": month},
    }


def of_profile(profile: ClinicProfile) -> dict[str, Any]:
    return {
        "clinic": {**details(profile), "hours": opening.printed(profile), "site_url": settings.SITE_URL},
        "colors": dict(profile.palette.light),
        "logo": logo(profile),
        "paper": profile.paper,
        **{name: getattr(profile, name) for name in TEXTS},
        "process_steps": steps(profile) if profile.pk else [],
        "price": own_numbers.price(profile),
        "numbers": numbers(profile),
    }


def numbers(profile: ClinicProfile) -> dict[str, list[str]]:
    """By what they tell, what went wrong first; nothing where nothing may be told."""
    found: dict[str, list[str]] = {}
    for number in told(profile):
        found.setdefault(number.kind, []).append(own_numbers.sentence(number))
    return found


def notices() -> list[dict[str, str]]:
    return [notice._asdict() for notice in RequiredNotice.objects.shown(RequiredNotice.Placement.PACKET)]


def articles_on(topic: Topic | None) -> list[Article]:
    """Without those that are about other conditions alone; what is about no condition concerns everybody."""
    published = Article.objects.published()
    if topic is None:
        return with_notices(published)
    of_others = Article.objects.filter(topics__kind=Topic.Kind.CONDITION).exclude(topics=topic)
    theirs = about(topic)
    return sorted(with_notices(published.exclude(pk__in=of_others)), key=lambda article: article.pk not in theirs)


def about(topic: Topic) -> set[int]:
    return set(topic.articles.values_list("pk", flat=True))


def of_research(profile: ClinicProfile, topic: Topic | None) -> dict[str, Any]:
    articles, theirs = articles_on(topic), about(topic) if topic else None
    return {
        "about_condition": topic.name if topic else "",
        "articles": [
            {**article_line(article), "review": review(article), **placed(article, theirs)} for article in articles
        ],
        "glossary": glossary(profile, articles),
    }


def placed(article: Article, theirs: set[int] | None) -> dict[str, bool]:
    """Whether it is on the condition, or concerns everybody; of the general packet nobody asks."""
    return {} if theirs is None else {"is_on_condition": article.pk in theirs}


def details(profile: ClinicProfile) -> dict[str, str]:
    return {name: getattr(profile, name) for name in DETAILS}


def logo(profile: ClinicProfile) -> list[int]:
    """As numbers, since all travels as JSON."""
    found = LogoFile.objects.filter(logo=profile.logo, use="packet").first()
    return list(bytes(found.data)) if found else []


def steps(profile: ClinicProfile) -> list[dict[str, str]]:
    return [{"title": step.title, "text": step.text} for step in profile.process_steps.all()]


def people() -> list[Reviewer]:
    return list(Reviewer.objects.of_the_clinic().select_related("photo"))


def person_line(person: Reviewer) -> dict[str, str]:
    return {name: getattr(person, name) for name in OF_PEOPLE}


def portrait(person: Reviewer) -> dict[str, Any]:
    """The smallest file that is no WebP: it is printed no larger than a stamp."""
    found = ImageFile.objects.filter(image=person.photo_id).exclude(format=ImageFile.Format.WEBP).first()
    if not person.photo or not found:
        return {}
    return {"photo": bytes(found.data), **said_of(person)}


def said_of(person: Reviewer) -> dict[str, str]:
    """Of their photograph; of one that shows nothing that the text needs, whom it shows."""
    photo = person.photo
    if photo is None:
        return {}
    is_own = photo.licence == photo.Licence.OWN
    credit = "" if is_own else f"{photo.credit}, {photo.get_licence_display()}"
    return {"photo_alt": photo.alt or person.name, "photo_credit": credit}


def article_line(article: Article) -> dict[str, Any]:
    return {
        "title": article.content["title"],
        "summary": article.content["summary"],
        "slug": article.slug,
        "url": f"{settings.SITE_URL}{article.get_absolute_url()}",
        "doi": doi_of(article),
        **sound(article, evidence(article)),
        "limits": limits(article),
        "warnings": warnings(article),
    }


def doi_of(article: Article) -> str:
    return article.content["citation"].get("doi") or ""


def evidence(article: Article) -> dict[str, Any]:
    """The article's own numbers and answers, as its page says them."""
    study = article.content.get("study") or {}
    sections = article.content["sections"]
    return {
        "study": {name: study.get(name) or "" for name in ASKED_BY_DOCTORS},
        "icons": [array for section in sections for array in section.get("icons", [])],
    }


def limits(article: Article) -> dict[str, str]:
    study = article.content.get("study") or {}
    return {name: study.get(name) or "" for name in BESIDE_RESULTS}


def sound(article: Article, found: dict[str, Any]) -> dict[str, Any]:
    """Without dots where nobody should count on them: a drawing is believed before a sentence is read."""
    return {**found, "icons": []} if is_taken_back(article) else found


def review(article: Article) -> dict[str, Any]:
    """Empty where no clinician has said a word of it that still holds."""
    if article.live_revision and is_sent_back(article.live_revision):
        return {"is_sent_back": True}
    read = last_read(article.live_revision) if article.live_revision and article.reviewed_on else None
    if read is None or article.reviewed_on is None:
        return {}
    return {
        "by": str(read.reviewer),
        "on": days.day(article.reviewed_on),
        "due": days.day(article.review_due_on),
        "is_overdue": article.is_review_overdue(),
    }


def glossary(profile: ClinicProfile, articles: list[Article]) -> list[dict[str, str]]:
    """The words of it that the packet says, each by its first name."""
    met = occurring("\n".join(words(profile, articles)))
    return [{"term": entry.words[0], "meaning": entry.meaning} for entry in met]


def words(profile: ClinicProfile, articles: list[Article]) -> Iterator[str]:
    yield from (getattr(profile, name) for name in TEXTS)
    yield from (step["text"] for step in steps(profile))
    yield from (sentence for sentences in numbers(profile).values() for sentence in sentences)
    for article in articles:
        yield from (article.content["title"], article.content["summary"])

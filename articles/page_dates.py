"""When each public page became other last, for the map of the site. Never the moment at which somebody asks."""

from collections.abc import Iterator
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, DateTimeField, JSONField, OuterRef, Value
from django.db.models.functions import Cast, Concat, JSONObject
from django.urls import reverse
from django.utils import timezone

from articles import trust_pages
from articles.models import Article, GlossaryTerm, Review, Reviewer, Topic, knowing_of_notices, notices_of, with_notices
from articles.signals import sitemap_asked
from foundation.models import Changes, ConsentWording, ContentChange, ProcessStep

Page = tuple[str, datetime | None]


class NamedTopic(NamedTuple):
    pk: int
    slug: str


class Person(NamedTuple):
    pk: int
    slug: str
    articles: list[int]


NOBODY = Value(None, JSONField())
ARTICLES, TOPICS, PEOPLE, STEPS = (model._meta.db_table for model in (Article, Topic, Reviewer, ProcessStep))
# What its forms say.
HOME = ("home_heading", "home_text", "packet_intro", "newsletter_intro")
PRICE = ("price_low", "price_high", "price_currency", "price_covers", "price_on", "dates")


def changed_at(article: Article) -> datetime:
    """A notice changes what the page says, as a revision does, and as its day does when it comes."""
    saved_at = article.live_revision.created_at if article.live_revision else article.created_at
    opened = (notice.opened_at for notice in notices_of(article))
    return max(filter(None, [saved_at, article.published_at, *opened]))


def newest(*moments: datetime | None) -> datetime | None:
    return max(filter(None, moments), default=None)


def every_page() -> Iterator[Page]:
    changes, people = all_changes()
    yield from pages_of_articles(changes, people)
    yield from own_pages(changes)
    answers: list[tuple[Any, Any]] = sitemap_asked.send(sender=Article, changes=changes)
    for _receiver, pages in answers:
        yield from pages


def all_changes() -> tuple[Changes, list[Person]]:
    """When what changed, and who has a page of their own.

    One statement: nobody waits for the map, but other pages wait for the process that makes it.
    """
    noted = ContentChange.objects.values_list("subject", "changed_at", NOBODY)
    rows = list(noted.union(*went_by_day(), every_person(), all=True))
    # The newest last.
    moments = sorted(((subject, at) for subject, at, person in rows if person is None), key=itemgetter(1))
    return Changes(moments), [Person(**person) for *_moment, person in rows if person is not None]


def went_by_day() -> Iterator[Any]:
    """What went on a day that was set for it, a moment at which nothing is written."""
    went = Article.objects.filter(withdraws_at__lte=timezone.now()).order_by()
    yield went.values_list(numbered(ARTICLES, "pk"), "withdraws_at", NOBODY)
    yield went.values_list(Value(ARTICLES, CharField()), "withdraws_at", NOBODY)
    yield went.filter(topics__isnull=False).values_list(numbered(TOPICS, "topics"), "withdraws_at", NOBODY)


def every_person() -> Any:
    reviewed = Review.objects.filter(reviewer=OuterRef("pk")).order_by().values("revision__article").distinct()
    person = JSONObject(pk="pk", slug="slug", articles=ArraySubquery(reviewed))
    return Reviewer.objects.order_by().values_list(Value("", CharField()), Value(None, DateTimeField()), person)


def numbered(table: str, number: str) -> Concat:
    return Concat(Value(f"{table}."), Cast(number, CharField()), output_field=CharField())


def own_pages(changes: Changes) -> Iterator[Page]:
    """What the clinic says of itself."""
    yield reverse("articles:about"), changes.of_page(PEOPLE, STEPS, details=("about",))
    yield reverse("articles:glossary"), changes.of_page(GlossaryTerm._meta.db_table)
    yield reverse("articles:privacy"), changes.of_page(details=("privacy_text",))
    yield reverse("articles:accessibility"), changes.of_page(details=("accessibility_text",))
    for page in trust_pages.pages():
        yield reverse(page.view_name), trust_page_changed_at(page, changes)


def trust_page_changed_at(page: trust_pages.TrustPage, changes: Changes) -> datetime | None:
    if page.needs == "process_steps":
        return changes.of_page(STEPS)
    beside = {"unknown": ("known",), "costs": PRICE}.get(page.needs, ())
    return changes.of_page(details=(page.needs, *beside))


def pages_of_articles(changes: Changes, people: list[Person]) -> Iterator[Page]:
    """Lists change with the newest of what they show, and when something goes from them."""
    named = Topic.objects.filter(articles=OuterRef("pk")).values(named=JSONObject(pk="pk", slug="slug"))
    shown = knowing_of_notices(Article.objects.published()).annotate(named=ArraySubquery(named))
    articles: list[Any] = with_notices(shown)
    listed = newest(*map(changed_at, articles), changes.get(ARTICLES))
    yield reverse("articles:home"), newest(listed, home_changed_at(changes))
    yield reverse("articles:list"), newest(listed, changes.get(TOPICS))
    for topic, moments in by_topic(articles).items():
        path = reverse("articles:topic", args=[topic.slug])
        yield path, newest(*moments, changes.get(f"{TOPICS}.{topic.pk}"))
    for article in articles:
        yield article.get_absolute_url(), of_article(article, changes)
    by_pk = {article.pk: article for article in articles}
    for person in people:
        yield reverse("articles:reviewer", args=[person.slug]), of_person(person, by_pk, changes)


def of_article(article: Any, changes: Changes) -> datetime | None:
    return newest(changed_at(article), changes.get(f"{ARTICLES}.{article.pk}"))


def of_person(person: Person, shown: dict[int, Any], changes: Changes) -> datetime | None:
    """Their page names what they reviewed: it changes with these articles, also as they go."""
    own = changes.of_page(f"{PEOPLE}.{person.pk}")
    lost = (changes.get(f"{ARTICLES}.{pk}") for pk in person.articles if pk not in shown)
    return newest(own, *lost, *(of_article(shown[pk], changes) for pk in person.articles if pk in shown))


def by_topic(articles: list[Any]) -> dict[NamedTopic, list[datetime]]:
    """When each of its articles changed."""
    found: dict[NamedTopic, list[datetime]] = {}
    for article in articles:
        for named in article.named:
            found.setdefault(NamedTopic(**named), []).append(changed_at(article))
    return found


def home_changed_at(changes: Changes) -> datetime | None:
    kind = ConsentWording.Kind
    agreed_to = ConsentWording.objects.newest_at(kind.PACKET, kind.ANSWER, kind.NEWSLETTER)
    return newest(changes.of_page(details=HOME), agreed_to)

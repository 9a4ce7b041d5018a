"""When each public page became other last, for the map of the site. Never the moment at which somebody asks."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.urls import reverse
from django.utils import timezone

from articles import trust_pages
from articles.models import Article, GlossaryTerm, Reviewer, Topic, notices_of, with_notices
from articles.signals import sitemap_asked
from foundation.models import Changes, ConsentWording, ContentChange, ProcessStep

Page = tuple[str, datetime | None]

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
    changes = ContentChange.objects.known()
    yield from pages_of_articles(changes)
    yield from own_pages(changes)
    answers: list[tuple[Any, Any]] = sitemap_asked.send(sender=Article, changes=changes)
    for _receiver, pages in answers:
        yield from pages


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


def pages_of_articles(changes: Changes) -> Iterator[Page]:
    """Lists change with the newest of what they show, and when something goes from them."""
    slugs = ArraySubquery(Topic.objects.filter(articles=OuterRef("pk")).values("slug"))
    articles = with_notices(Article.objects.published().annotate(topic_slugs=slugs))
    dated = {article.pk: newest(changed_at(article), changes.get(f"{ARTICLES}.{article.pk}")) for article in articles}
    gone = gone_by_their_day()
    listed = newest(*dated.values(), *gone.values(), changes.get(ARTICLES))
    yield reverse("articles:home"), newest(listed, home_changed_at(changes))
    yield reverse("articles:list"), newest(listed, changes.get(TOPICS))
    for topic in Topic.objects.all():
        inside = [dated[article.pk] for article in articles if topic.slug in article.topic_slugs]  # type: ignore[attr-defined]
        if inside:
            noted = changes.get(f"{TOPICS}.{topic.pk}")
            yield topic.get_absolute_url(), newest(*inside, gone.get(topic.pk), noted)
    for article in articles:
        yield article.get_absolute_url(), dated[article.pk]


def home_changed_at(changes: Changes) -> datetime | None:
    kind = ConsentWording.Kind
    agreed_to = ConsentWording.objects.newest_at(kind.PACKET, kind.ANSWER, kind.NEWSLETTER)
    return newest(changes.of_page(details=HOME), agreed_to)


def gone_by_their_day() -> dict[int | None, datetime]:
    """By topic, when the last of its articles went on a day that was set for it; no row is written at that moment."""
    gone = Article.objects.filter(withdraws_at__lte=timezone.now()).order_by("withdraws_at")
    return dict(gone.values_list("topics", "withdraws_at"))

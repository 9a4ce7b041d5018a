"""What visitors read. Every article page is rendered from its live revision alone."""

from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.paginator import Page
from django.db.models import BigIntegerField, DateTimeField, Exists, OuterRef, QuerySet, SlugField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.glossary import explained
from articles.models import (
    Article,
    GlossaryTerm,
    Review,
    Reviewer,
    Topic,
    is_sent_back,
    knowing_of_notices,
    last_read,
    notices_of,
    with_files,
    with_notices,
)
from articles.models.articles import ArticleQuerySet
from articles.old_addresses import leads_on
from articles.paging import page_of
from articles.reading import minutes, next_reading, with_next
from articles.search.pages import topics_in_use
from articles.sections import section_groups, with_bodies
from articles.withdrawn import says_when_withdrawn
from articles.words import is_taken_back
from foundation.models import ClinicProfile, ProcessStep
from foundation.own_texts import filled_in
from foundation.prepared import Blank, Rows

CONTENT = Path(__file__).parent / "content"
PER_PAGE = 20


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "articles/home.html", {"articles": with_notices(Article.objects.published()[:5])})


@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    context = {"page": shown(request, Article.objects.published()), "topics": topics_in_use()}
    return render(request, "articles/list.html", context)


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Topic, slug=slug)
    page = shown(request, found.articles.published())
    return render(request, "articles/topic.html", {"topic": found, "page": page})


def shown(request: HttpRequest, articles: ArticleQuerySet) -> Page:
    page = page_of(request, knowing_of_notices(articles), PER_PAGE)
    page.object_list = with_notices(page.object_list)
    return page


def read() -> QuerySet[Article]:
    """Most were never looked at by a reviewer, nor are in the list of retractions; then nothing more is asked."""
    slug, now = Blank("slug", SlugField()), Blank("now", DateTimeField())
    published = Article.objects.published_at(now).select_related("live_revision__rendering").filter(slug=slug)
    has_reviews = Exists(Review.objects.filter(revision__article=OuterRef("pk")))
    return knowing_of_notices(with_next(published, slug, now)).annotate(has_reviews=has_reviews)


# Whatever is published, the first page after it waits for these, and Django wrote them anew for longer than they take.
READ = Rows(read)
TOPICS = Rows(lambda: Topic.objects.filter(articles=Blank("article", BigIntegerField())))


@require_safe
@leads_on
@says_when_withdrawn
def article(request: HttpRequest, slug: str) -> HttpResponse:
    row = READ.first(slug=slug, now=timezone.now())
    if row is None:
        raise Http404
    found = with_notices([row])[0]
    topics = in_order(found.content["topics"], TOPICS.ask(article=found.pk))
    context = {
        "article": found,
        "content": found.content,
        "groups": section_groups(sections_of(found)),
        "review": review_of(found),
        "notices": notices_of(found),
        "is_taken_back": is_taken_back(found),
        "topics": topics,
        "topic": only_condition(topics),
        "minutes": minutes(found.content),
        "next": next_reading(found.near, topics),  # type: ignore[attr-defined]
    }
    return render(request, "articles/article.html", context)


def in_order(slugs: list[str], topics: list[Topic]) -> list[Topic]:
    """The first topic of its content is the one that the article is most about."""
    return sorted(topics, key=lambda topic: slugs.index(topic.slug) if topic.slug in slugs else len(slugs))


def only_condition(topics: list[Topic]) -> str:
    """What the form asks about for the visitor; of several conditions nobody said which one is theirs."""
    conditions = [topic.slug for topic in topics if topic.kind == Topic.Kind.CONDITION]
    return conditions[0] if len(conditions) == 1 else ""


def sections_of(article: Article) -> list[dict[str, str]]:
    """As they were rendered when they were published, with hard words explained by what the glossary says now."""
    assert article.live_revision  # noqa: S101 - published() asks for one
    bodies = explained(article.live_revision.rendering.sections)
    return with_bodies(with_files(article.content["sections"]), bodies)


class ReviewLine(NamedTuple):
    """reviewer: of the last review of the whole that holds."""

    reviewer: Reviewer | None
    is_overdue: bool
    is_sent_back: bool


def review_of(article: Any) -> ReviewLine:
    live = article.live_revision if article.has_reviews else None
    read = last_read(live) if live and article.reviewed_on else None
    is_sent = bool(live and not read and is_sent_back(live))
    return ReviewLine(read.reviewer if read else None, article.is_review_overdue(), is_sent)


@require_safe
def reviewer(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Reviewer.objects.with_pictures(), slug=slug)
    reviewed = Article.objects.published().filter(reviewed_on__isnull=False, revisions__reviews__reviewer=found)
    articles = with_notices(article for article in reviewed.distinct() if is_read_by(found, article))
    context = {"reviewer": found, "people": [found], "articles": articles}
    return render(request, "articles/reviewer.html", context)


def is_read_by(reviewer: Reviewer, article: Article) -> bool:
    """What they sent back they answer for as little as what somebody else has read since."""
    read = last_read(article.live_revision) if article.live_revision else None
    return read is not None and read.reviewer == reviewer


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    people = list(Reviewer.objects.of_the_clinic().with_pictures())
    return render(request, "articles/about.html", {"people": people, "steps": ProcessStep.objects.all()})


def own_page(name: str) -> str:
    """The clinic's own text, or the one that came with the site, filled in."""
    profile = ClinicProfile.objects.current()
    own = getattr(profile, f"{name}_text")
    return filled_in(own or (CONTENT / f"{name}.md").read_text(encoding="utf-8"), profile)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "articles/privacy.html", {"text": own_page("privacy")})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "articles/accessibility.html", {"text": own_page("accessibility")})


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    terms = sorted(GlossaryTerm.objects.known(), key=lambda term: term.term.casefold())
    return render(request, "articles/glossary.html", {"terms": terms})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in ("/admin/", "/packet/", "/not-me/", "/preview/")),
        *(f"Disallow: /newsletter/{links}/" for links in ("confirm", "unsubscribe", "preferences")),
        f"Sitemap: {settings.SITE_URL}{reverse('articles:sitemap')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")

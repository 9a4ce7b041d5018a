"""What machines read: Atom, RSS, JSON Feed and the sitemap."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from articles.models import Article, Topic, notices_of, with_notices
from articles.words import sentence
from foundation.models import ClinicProfile

NEWEST = 20


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def summary_of(article: Article) -> str:
    """What the list of retractions says of its papers stands first: some readers show no more."""
    sentences = [f"{sentence(notice)}." for notice in notices_of(article)]
    return " ".join([*sentences, article.content["summary"]])


def changed_at(article: Article) -> datetime | None:
    """A notice changes what the page says, as a revision does."""
    moments = [notice.opened_at for notice in notices_of(article)]
    return max([*moments, *([article.live_revision.created_at] if article.live_revision else [])], default=None)


class RssFeed(Feed):
    view_name = "articles:feed-rss"

    def feed_url(self) -> str:
        # Absolute here and below: by itself Django would name whatever host this request came to.
        return absolute(reverse(self.view_name))

    def title(self) -> str:
        return ClinicProfile.objects.current().name

    def description(self) -> str:
        return ClinicProfile.objects.current().tagline

    subtitle = description

    def link(self) -> str:
        return absolute(reverse("articles:list"))

    def items(self) -> Any:
        return with_notices(Article.objects.published())[:NEWEST]

    def item_title(self, item: Any) -> str:
        return item.content["title"]

    def item_description(self, item: Any) -> str:
        return summary_of(item)

    def item_link(self, item: Article) -> str:
        return absolute(item.get_absolute_url())

    def item_pubdate(self, item: Article) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: Article) -> datetime | None:
        return changed_at(item)


class AtomFeed(RssFeed):
    feed_type = Atom1Feed
    view_name = "articles:feed-atom"


@require_safe
def json_feed(request: HttpRequest) -> HttpResponse:
    """JSON Feed 1.1 (jsonfeed.org)."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": ClinicProfile.objects.current().name,
        "home_page_url": absolute(reverse("articles:list")),
        "feed_url": absolute(reverse("articles:feed-json")),
        "items": [json_item(article) for article in with_notices(Article.objects.published())[:NEWEST]],
    }
    return JsonResponse(feed, content_type="application/feed+json")


def json_item(article: Article) -> dict[str, Any]:
    url = absolute(article.get_absolute_url())
    return {
        "id": url,
        "url": url,
        "title": article.content["title"],
        "content_text": summary_of(article),
        "date_published": article.published_at.isoformat() if article.published_at else None,
        "date_modified": changed.isoformat() if (changed := changed_at(article)) else None,
    }


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    pages = ["home", "list", "about", "privacy", "accessibility"]
    articles = Article.objects.published()
    topics = Topic.objects.filter(articles__in=articles).distinct()
    urls = [
        *({"location": absolute(reverse(f"articles:{name}"))} for name in pages),
        *({"location": absolute(topic.get_absolute_url())} for topic in topics),
        *(
            {"location": absolute(article.get_absolute_url()), "changed_at": article.live_revision.created_at}
            for article in articles
            if article.live_revision
        ),
    ]
    return render(request, "articles/sitemap.xml", {"urls": urls}, content_type="application/xml")

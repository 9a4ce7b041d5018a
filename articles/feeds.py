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

from articles.models import Article, Topic
from foundation.models import ClinicProfile

NEWEST = 20


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


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
        return Article.objects.published()[:NEWEST]

    def item_title(self, item: Any) -> str:
        return item.content["title"]

    def item_description(self, item: Any) -> str:
        return item.content["summary"]

    def item_link(self, item: Article) -> str:
        return absolute(item.get_absolute_url())

    def item_pubdate(self, item: Article) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: Article) -> datetime | None:
        return item.live_revision.created_at if item.live_revision else None


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
        "items": [json_item(article) for article in Article.objects.published()[:NEWEST]],
    }
    return JsonResponse(feed, content_type="application/feed+json")


def json_item(article: Article) -> dict[str, Any]:
    url = absolute(article.get_absolute_url())
    return {
        "id": url,
        "url": url,
        "title": article.content["title"],
        "content_text": article.content["summary"],
        "date_published": article.published_at.isoformat() if article.published_at else None,
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

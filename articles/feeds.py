"""What machines read: Atom, RSS, JSON Feed and the sitemap."""

from datetime import datetime
from typing import Any

import nh3
from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.icons import told
from articles.models import Article, Topic, with_notices
from articles.page_dates import changed_at, every_page
from articles.sections import TAGS
from articles.templatetags.markdown import markdown
from articles.words import warnings
from foundation.models import ClinicProfile, ContentVersion

NEWEST = 20


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def entry_id(article: Article) -> str:
    """The first address: with another id, whoever has read an article would be shown it as new."""
    return absolute(reverse("articles:article", args=[article.first_slug or article.slug]))


def with_limits(article: Article) -> SafeString:
    """A summary never travels without what speaks against it; first what journals and newer studies say."""
    content = article.content
    against = format_html_join("", "<p><strong>{}.</strong></p>", ((warning,) for warning in warnings(article)))
    limits = [section for section in content["sections"] if section["kind"] in ("harms", "limits")]
    parts = ((section["heading"], without_links(section.get("body", "")), below(section)) for section in limits)
    return format_html("{}<p>{}</p>{}", against, content["summary"], format_html_join("", "<h3>{}</h3>{}{}", parts))


def below(section: dict[str, Any]) -> SafeString:
    """In words what is drawn below its text: a harm may be told by dots alone."""
    alt = section.get("image", {}).get("alt")
    words = [*map(told, section.get("icons", [])), *([_("Picture: %(alt)s") % {"alt": alt}] if alt else [])]
    return format_html_join("", "<p>{}</p>", ((each,) for each in words))


def without_links(text: str) -> SafeString:
    """Elsewhere they would lead nowhere, and some to what is withdrawn by then."""
    return mark_safe(nh3.clean(markdown(text), tags=TAGS - {"a"}))  # noqa: S308 - nh3 has just made it so


def changed_last(feed: SyndicationFeed) -> datetime:
    """Without an entry Django says now, which is another moment for each who looks."""
    return SyndicationFeed.latest_post_date(feed) if feed.items else ContentVersion.objects.get().moved_at


class Rss(Rss201rev2Feed):
    latest_post_date = changed_last


class Atom(Atom1Feed):
    latest_post_date = changed_last


class RssFeed(Feed):
    feed_type: type[SyndicationFeed] = Rss
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
        return with_notices(Article.objects.published()[:NEWEST])

    def item_title(self, item: Any) -> str:
        return item.content["title"]

    def item_description(self, item: Any) -> str:
        return with_limits(item)

    def item_link(self, item: Article) -> str:
        return absolute(item.get_absolute_url())

    def item_guid(self, item: Article) -> str:
        return entry_id(item)

    def item_pubdate(self, item: Article) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: Article) -> datetime | None:
        return changed_at(item)


class AtomFeed(RssFeed):
    feed_type = Atom
    view_name = "articles:feed-atom"


class TopicFeed(AtomFeed):
    """What is new on one topic, for those whom only that concerns."""

    def get_object(self, request: HttpRequest, slug: str) -> Topic:
        return get_object_or_404(Topic, slug=slug)

    def feed_url(self, topic: Topic) -> str:  # type: ignore[override]
        return absolute(reverse("articles:topic-feed", args=[topic.slug]))

    def title(self, topic: Topic) -> str:  # type: ignore[override]
        return f"{topic.name} – {ClinicProfile.objects.current().name}"

    def subtitle(self, topic: Topic) -> str:  # type: ignore[override]
        return topic.description

    def link(self, topic: Topic) -> str:  # type: ignore[override]
        return absolute(topic.get_absolute_url())

    def items(self, topic: Topic) -> Any:  # type: ignore[override]
        return with_notices(topic.articles.published()[:NEWEST])


@require_safe
def json_feed(request: HttpRequest) -> HttpResponse:
    """JSON Feed 1.1 (jsonfeed.org)."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": ClinicProfile.objects.current().name,
        "home_page_url": absolute(reverse("articles:list")),
        "feed_url": absolute(reverse("articles:feed-json")),
        "items": [json_item(article) for article in with_notices(Article.objects.published()[:NEWEST])],
    }
    return JsonResponse(feed, content_type="application/feed+json")


def json_item(article: Article) -> dict[str, Any]:
    url = absolute(article.get_absolute_url())
    return {
        "id": entry_id(article),
        "url": url,
        "title": article.content["title"],
        "content_html": with_limits(article),
        "date_published": article.published_at.isoformat() if article.published_at else None,
        "date_modified": changed_at(article).isoformat(),
    }


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    urls = [(absolute(path), at.isoformat(timespec="milliseconds") if at else "") for path, at in every_page()]
    return render(request, "articles/sitemap.xml", {"urls": urls}, content_type="application/xml")

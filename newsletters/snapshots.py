"""What an issue says, as one JSON text: what somebody approves by its sha256, and what every mail is rendered from."""

import hashlib
import json
from typing import Any

from django.utils import translation

from articles.models import with_notices
from articles.words import warnings
from newsletters.models import Newsletter, NewsletterEntry


def snapshot(newsletter: Newsletter) -> dict[str, Any]:
    entries = list(newsletter.entries.select_related("article__live_revision"))
    with_notices(entry.article for entry in entries)
    return {
        "language": newsletter.language,
        "subject": newsletter.subject,
        "preheader": newsletter.preheader,
        "introduction": newsletter.introduction,
        "text": newsletter.text,
        "entries": [_entry(entry, newsletter.language) for entry in entries],
        "to": _segment(newsletter),
        # Said only where it is so: what was approved before there was a choice stays what it was.
        **({"counts_clicks": True} if newsletter.counts_clicks else {}),
    }


def _segment(newsletter: Newsletter) -> dict[str, Any]:
    """Who approves the words approves who gets them."""
    return {
        "language": newsletter.to_language,
        "topics": sorted(newsletter.topics.values_list("pk", flat=True)),
        "joined_since": str(newsletter.joined_since or ""),
        "got": newsletter.got_id,
        "did_not_get": newsletter.did_not_get_id,
    }


def _entry(entry: NewsletterEntry, language: str) -> dict[str, Any]:
    """A summary never travels without its harms and its limits, which the gate asks for, and what speaks against it."""
    content = entry.article.content
    study = content.get("study", {})
    with translation.override(language):
        against = warnings(entry.article)
    return {
        "article": entry.article_id,
        "revision": entry.article.live_revision_id,
        "path": entry.article.get_absolute_url(),
        "title": str(entry.article),
        "summary": content.get("summary", ""),
        "warnings": against,
        **{name: study.get(name, "") for name in ("design", "harms", "limits")},
    }


def as_text(content: dict[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

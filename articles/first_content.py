"""The content that a new site opens with, from articles/content/, through the same actions that editors use."""

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from articles.actions import publish, release, save_revision
from articles.models import Article, ArticleRevision, GlossaryTerm, Synonym, Topic, present
from foundation.actors import JOB

FOLDER = Path(__file__).parent / "content"


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


@transaction.atomic
def load() -> None:
    """Adds what is missing and brings up to date what no editor has touched. Repeating it changes nothing."""
    for topic in read("topics.toml")["topics"]:
        Topic.objects.get_or_create(slug=topic["slug"], defaults=topic)
    load_synonyms()
    load_glossary()
    for path in sorted((FOLDER / "articles").glob("*.toml")):
        load_article(read(f"articles/{path.name}"))


def load_synonyms() -> None:
    """Only where there are none: what an editor took out stays out."""
    if not Synonym.objects.exists():
        Synonym.objects.bulk_create(Synonym(words=words) for words in read("synonyms.toml")["synonyms"])


def load_glossary() -> None:
    """Likewise."""
    if not GlossaryTerm.objects.exists():
        GlossaryTerm.objects.bulk_create(GlossaryTerm(**term) for term in read("glossary.toml")["terms"])


def load_article(content: dict[str, Any]) -> None:
    # By the address that it came with, also where an editor has given it another since.
    slug = content.pop("slug")
    article, created = Article.objects.get_or_create(slug=present([slug])[slug])
    newest = article.revisions.first()
    touched = newest is not None and newest.source != ArticleRevision.Source.FIRST_CONTENT
    if touched or article.state == Article.State.WITHDRAWN:
        return
    source = ArticleRevision.Source.FIRST_CONTENT
    revision = save_revision(article=article, content=content, by=JOB, source=source)
    if revision != newest or created:
        release(revision=revision, by=JOB)
        publish(revision=revision, by=JOB)

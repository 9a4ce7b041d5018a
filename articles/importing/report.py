"""What an import did, or would do, for whoever runs it and for programs; docs/editing.md says each field."""

from typing import Any, NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from articles.importing.reading import ArticleRead, Reading
from articles.importing.sections import LIST, Block
from articles.importing.unsure import Warned


class Status(TextChoices):
    CREATED = "created", _("created")
    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("unchanged")


class Outcome(NamedTuple):
    """What becomes of one article of the file."""

    article: ArticleRead
    slug: str
    status: Status
    warnings: list[Warned]


def report(reading: Reading, outcomes: list[Outcome]) -> dict[str, Any]:
    return {
        "articles": [of_article(outcome) for outcome in outcomes],
        "warnings": [of_warning(warning) for warning in reading.warnings],
        "dropped_blocks": reading.dropped_blocks,
    }


def of_refusal(sentence: str) -> dict[str, Any]:
    return {"error": sentence, "articles": [], "warnings": [], "dropped_blocks": 0}


def of_article(outcome: Outcome) -> dict[str, Any]:
    article = outcome.article
    return {
        "title": article.title,
        "slug": outcome.slug,
        "status": outcome.status.value,
        "sections": [
            {"heading": section.heading, "kind": section.kind, "blocks": [of_block(block) for block in section.blocks]}
            for section in article.sections
        ],
        "citation": article.citation,
        "warnings": [of_warning(warning) for warning in outcome.warnings],
    }


def of_block(block: Block) -> dict[str, Any]:
    items = {"items": list(block.items)} if block.kind == LIST else {}
    return {"kind": block.kind, "text": block.text, **items}


def of_warning(warning: Warned) -> dict[str, Any]:
    return {"line": warning.line, "code": warning.code, "message": str(warning)}

"""The whole way: bytes to articles, each with its sections, its citation and what was not sure."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from articles.citations.printed import NAMES, read_printed
from articles.importing import decoding
from articles.importing.decoding import Unreadable
from articles.importing.parting import Part, parted
from articles.importing.sections import Section, sections_of, without_stray_quote
from articles.importing.units import SOURCE, Unit, units
from articles.importing.unsure import Warned, lost_in, warned

# What a citation has that can be found again.
NEEDED = ("authors", "title", "journal", "year")


class ArticleRead(NamedTuple):
    title: str
    line: int
    sections: list[Section]
    # By the names of articles.citations, with None for what is not printed.
    citation: dict[str, Any]
    warnings: list[Warned]


class Reading(NamedTuple):
    articles: list[ArticleRead]
    # Blocks, parted by blank lines, of which something was left out as text of the site's forms.
    dropped_blocks: int
    # About the file, or what stands in no article.
    warnings: list[Warned]


def read(data: bytes) -> Reading:
    """Raises Unreadable, with a sentence."""
    lines = decoding.lines(data)
    found = parted(units(lines.texts))
    if not found.parts:
        raise Unreadable(_("There is no article in this file: each has a title, paragraphs and a “Source:” line."))
    articles = [article_of(part) for part in found.parts]
    return Reading(articles, len(found.dropped), [*lines.warnings, *found.warnings])


def article_of(part: Part) -> ArticleRead:
    sections, unsure = sections_of(part.body)
    if not any(section.heading for section in sections):
        unsure = [*unsure, warned("no_headings", part.title.line)]
    citation, unread = citation_of(part.source) if part.source else (dict.fromkeys(NAMES), [])
    unsure = [*unsure, *lost_in(part.title.text, part.title.line)]
    warnings = sorted([*part.warnings, *unsure, *unread], key=lambda warning: warning.line)
    return ArticleRead(without_stray_quote(part.title.text), part.title.line, sections, citation, warnings)


def citation_of(source: Unit) -> tuple[dict[str, Any], list[Warned]]:
    citation = read_printed(SOURCE.sub("", source.text).strip())
    lacking = [name for name in NEEDED if not citation[name]]
    unread = [warned("citation_unread", source.line, ", ".join(lacking))] if lacking else []
    unread += lost_in(citation["title"] or "", source.line)
    return citation, unread if citation["doi"] else [*unread, warned("no_doi", source.line)]

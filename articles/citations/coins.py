"""COinS: a reference in a page that reference managers pick up as the paper, and not as the page."""

from typing import Any
from urllib.parse import urlencode

from articles.citations.names import parted


def context_object(citation: dict[str, Any]) -> str:
    """The title of a `<span class="Z3988">`, by Z39.88-2004; the template escapes it."""
    pairs = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:journal"),
        ("rft.genre", "article"),
        *(("rft_id", f"info:{kind}/{citation[kind]}") for kind in ("doi", "pmid") if citation.get(kind)),
        *((key, str(citation[name])) for key, name in KEYS if citation.get(name)),
        *_authors(citation.get("authors") or []),
    ]
    return urlencode(pairs)


KEYS = (
    ("rft.atitle", "title"),
    ("rft.jtitle", "journal"),
    ("rft.date", "year"),
    ("rft.volume", "volume"),
    ("rft.issue", "issue"),
    ("rft.pages", "pages"),
)


def _authors(authors: list[str]) -> list[tuple[str, str]]:
    first = parted(authors[0]) if authors else None
    named = [("rft.aulast", first.family), ("rft.auinit", first.initials)] if first and first.initials else []
    return [*named, *(("rft.au", author) for author in authors)]

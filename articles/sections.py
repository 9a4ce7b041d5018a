"""Our own small Markdown: what editors write, made into HTML that cannot carry a script."""

from functools import lru_cache
from typing import Any

import nh3
from markdown_it import MarkdownIt

TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "h2", "h3", "h4", "blockquote", "br"}
# The star takes away what nh3 else lets through on any element.
ATTRIBUTES: dict[str, set[str]] = {"a": {"href"}, "*": set()}
SCHEMES = {"https", "mailto", "tel"}
# The findings never stand without these two beside them.
BESIDE_FINDINGS = ("harms", "limits")
parser = MarkdownIt("commonmark", {"html": False})


# Whoever types changes one section of ten, and most of what is published today was yesterday. Some 3 MB.
@lru_cache(maxsize=500)
def html_of(text: str) -> str:
    return nh3.clean(parser.render(text or ""), tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES)


def rendered(content: dict[str, Any]) -> list[str]:
    """The body of each section, in their order."""
    return [html_of(section["body"]) for section in content.get("sections", [])]


def with_bodies(sections: list[dict[str, str]], bodies: list[str]) -> list[dict[str, str]]:
    """As a page shows them: each with what was rendered of it, and the name that the contents lead to.

    What is typed has names of its own by now, of its fields; what is saved has none.
    """
    found = enumerate(zip(sections, bodies, strict=True), start=1)
    return [{"id": f"part-{place}", **section, "html": html} for place, (section, html) in found]


def section_groups(sections: list[dict[str, str]]) -> list[list[dict[str, str]]]:
    """The sections in reading order; findings, harms and limits are one group, shown side by side."""
    has_findings = any(section["kind"] == "findings" for section in sections)
    beside = [section for section in sections if has_findings and section["kind"] in BESIDE_FINDINGS]
    groups = []
    for section in sections:
        if section["kind"] == "findings":
            groups.append([section, *beside])
        elif section not in beside:
            groups.append([section])
    return groups

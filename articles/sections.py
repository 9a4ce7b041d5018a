"""Our own small Markdown: what editors write, made into HTML that cannot carry a script."""

from typing import Any

import nh3
from markdown_it import MarkdownIt

TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "h2", "h3", "h4", "blockquote", "br"}
# The star takes away what nh3 else lets through on any element.
ATTRIBUTES: dict[str, set[str]] = {"a": {"href"}, "*": set()}
SCHEMES = {"https", "mailto", "tel"}
parser = MarkdownIt("commonmark", {"html": False})


def html_of(text: str) -> str:
    return nh3.clean(parser.render(text or ""), tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES)


def rendered(content: dict[str, Any]) -> list[str]:
    """The body of each section, in their order."""
    return [html_of(section["body"]) for section in content["sections"]]

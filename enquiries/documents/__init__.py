"""The documents that the clinic gives out, made from plain data: nothing in here knows a model."""

import json
import re
from itertools import zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink
from markdown_it.tree import SyntaxTreeNode

from articles.icons import dots
from enquiries.documents import portraits, qr
from foundation.palette import palette
from foundation.templatetags.telephone import numbers, tel

PACKET_TEMPLATE = Path(__file__).with_name("packet.typ")
MARKDOWN_SECTIONS = ("about", "known", "unknown", "costs", "questions_to_ask")
PDF = {"format": "pdf", "pdf_standards": "ua-1"}
INCHES_WIDE = {"us-letter": 8.5, "a4": 8.27}
IS_WEB = re.compile("https?://")
# All but what an e-mail address is made of.
WORD_ENDS = re.compile(r"[\s/?=&:#,;-]+")
# Where packet.typ lets what stands in a narrow column go on in the next line.
RUN_ENDS = re.compile(r"[\s/?=&:#,;._@-]+")
INLINE_STYLES = {"strong": "strong", "em": "emphasis"}


def build_packet_pdf(content: dict) -> bytes:
    """Return the information packet as a tagged PDF (PDF/UA-1).

    `content` holds `clinic` (name, tagline, postal_address, phone, email, hours, site_url), the Markdown texts
    `about`, `known`, `unknown`, `costs` and `questions_to_ask`, `price` in a sentence, `numbers` (sentences by `harm`
    and `better`), `process_steps` (title, text), `people` (name,
    credentials, role, languages, registration, register_url, photo, photo_alt, photo_credit), `articles` (title,
    summary, slug, url, doi, study, limits, icons, warnings, review), `came_from`, the slug of the one they read,
    `about_condition`, whose own packet it is, `glossary` (term, meaning), `version_label`, `colors` by
    the names of palette.css, `logo`, a PNG as the numbers of its bytes, and `paper` as typst names it (US letter
    without). With `cover_only` it ends there. What is missing or empty is left out of the document.

    The same content gives the same bytes, on any machine, for one version of typst: only typst's own fonts are used
    and no date is written. Raises ValueError, with typst's own sentence, for what cannot be set so that everybody
    can read it: a letter that those fonts lack (an emoji, Chinese), or an article without a title.
    """
    return set_packet(inputs(content)["content"])


def set_packet(text: str) -> bytes:
    """text: what `inputs` makes of a content. Raises ValueError as build_packet_pdf does."""
    return _compiled(text, PDF)[0]


def cover_picture(content: dict, width: int) -> bytes:
    """The cover alone, as a PNG of so many dots, in one go. Raises ValueError as build_packet_pdf does."""
    dots_an_inch = width / INCHES_WIDE.get(content.get("paper", ""), INCHES_WIDE["us-letter"])
    text = inputs({**content, "cover_only": True})["content"]
    return _compiled(text, PDF, {"format": "png", "ppi": dots_an_inch})[1]


def _compiled(text: str, *formats: dict[str, Any]) -> list[bytes]:
    # 7 MB in each process, for the few that set a packet.
    import typst

    compiler: Any = typst.Compiler(PACKET_TEMPLATE, ignore_system_fonts=True, sys_inputs={"content": text})
    try:
        return [compiler.compile(**options) for options in formats]
    except typst.TypstError as error:
        raise ValueError(f"The packet cannot be made: {error}") from error


def inputs(content: dict) -> dict[str, str]:
    """The texts travel as data: typst never reads them as markup, so a clinic may write "#" or "$"."""
    site_url = content["clinic"].get("site_url", "")
    sections = {name: markdown_blocks(content.get(name, ""), site_url) for name in MARKDOWN_SECTIONS}
    pictures = {
        "people": [with_register(with_portrait(person)) for person in content.get("people", [])],
        "articles": [with_drawings(article) for article in content.get("articles", [])],
        "site_code": qr.drawn(site_url) if IS_WEB.match(site_url) else None,
        "phones": [[part, tel(part)] for part in numbers(content["clinic"].get("phone", ""))],
    }
    told = {
        "colors": dict(palette().light),
        "longest_word": longest(WORD_ENDS, content),
        "longest_run": longest(RUN_ENDS, content),
    }
    return {"content": json.dumps({**told, **content, **sections, **pictures})}


def longest(ends: re.Pattern[str], told: Any) -> int:
    """The longest piece between those signs, in letters."""
    if isinstance(told, dict):
        return max((longest(ends, value) for value in told.values()), default=0)
    if isinstance(told, list):
        return max((longest(ends, value) for value in told), default=0) if told and not isinstance(told[0], int) else 0
    return max(map(len, ends.split(told)), default=0) if isinstance(told, str) else 0


def with_portrait(person: dict) -> dict:
    """As numbers, since all travels as JSON."""
    return {**person, "photo": list(portraits.printed(person["photo"])) if person.get("photo") else []}


def with_register(person: dict) -> dict:
    return {**person, "register_link": normalizeLink(person.get("register_url", ""))}


def with_drawings(article: dict) -> dict:
    """A PDF's addresses are of ASCII: of other letters a reader opens what stands before them, or nothing."""
    drawings = [{**array, **dots(array)._asdict()} for array in article.get("icons", [])]
    code = qr.drawn(article["url"]) if IS_WEB.match(article["url"]) else None
    link = normalizeLink(f"https://doi.org/{doi}") if (doi := article.get("doi")) else ""
    return {**article, "icons": drawings, "code": code, "doi_link": link}


def markdown_blocks(text: str, site_url: str = "") -> list[dict]:
    """Paragraphs, headings and lists of a Markdown text, as plain data; links are made absolute against `site_url`."""
    tree = SyntaxTreeNode(MarkdownIt("commonmark", {"html": False}).parse(text))
    return _with_heads(_blocks(tree, site_url))


def _with_heads(blocks: list[dict]) -> list[dict]:
    """All headings stand on one level, so one with no text before the next would head nothing: it is strong words."""
    pairs = zip_longest(blocks, blocks[1:])
    return [block if _heads(block, after) else _as_strong(block) for block, after in pairs]


def _heads(block: dict, after: dict | None) -> bool:
    return block["kind"] != "heading" or (after is not None and after["kind"] != "heading")


def _as_strong(heading: dict) -> dict:
    return {"kind": "paragraph", "inline": [{"kind": "strong", "inline": heading["inline"]}]}


def _blocks(parent: SyntaxTreeNode, site_url: str) -> list[dict]:
    return [block for node in parent.children for block in _block(node, site_url)]


def _block(node: SyntaxTreeNode, site_url: str) -> list[dict]:
    if node.type in ("paragraph", "heading"):
        inline = _inline(node.children[0], site_url)
        return [{"kind": node.type, "inline": inline}] if _has_words(inline) else []
    if node.type in ("bullet_list", "ordered_list"):
        return [{"kind": node.type, "items": [_with_heads(_blocks(item, site_url)) for item in node.children]}]
    if node.type in ("fence", "code_block"):
        return [{"kind": "paragraph", "inline": [{"kind": "text", "text": node.content.strip()}]}]
    return _blocks(node, site_url)


def _has_words(inline: list[dict]) -> bool:
    """A space that does not break is none to whoever hears the page."""
    return any(run.get("text", "").strip() or _has_words(run.get("inline", [])) for run in inline)


def _inline(parent: SyntaxTreeNode, site_url: str) -> list[dict]:
    return [run for node in parent.children for run in _run(node, site_url)]


def _run(node: SyntaxTreeNode, site_url: str) -> list[dict]:
    if node.type in ("softbreak", "hardbreak"):
        return [{"kind": node.type}]
    if node.type in INLINE_STYLES:
        return [{"kind": INLINE_STYLES[node.type], "inline": _inline(node, site_url)}]
    if node.type == "link":
        return _link(node, site_url)
    if node.children:
        return _inline(node, site_url)
    return [{"kind": "text", "text": node.content}] if node.content else []


def _link(node: SyntaxTreeNode, site_url: str) -> list[dict]:
    inline = _inline(node, site_url)
    address = urljoin(site_url, str(node.attrs["href"]))
    # A link without words is nothing that a reader could follow, and PDF/UA refuses it.
    return [{"kind": "link", "address": address, "inline": inline}] if _has_words(inline) else []

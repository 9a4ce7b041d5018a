import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from articles.models import Article, GlossaryTerm, Rendering
from articles.sections import ATTRIBUTES, SCHEMES, TAGS, html_of, rendered
from tests.articles.payloads import PAYLOADS
from tests.articles.shown import saved, shown


class Walk(HTMLParser):
    """Notes whatever is not among what we let through."""

    def __init__(self) -> None:
        super().__init__()
        self.strange: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        allowed = ATTRIBUTES.get(tag, set()) | ({"rel"} if tag == "a" else set())
        self.strange += [tag] if tag not in TAGS else []
        self.strange += [f"{tag} {name}" for name, _value in attrs if name not in allowed]
        self.strange += [value or "" for name, value in attrs if name == "href" and not is_ours(value or "")]


def is_ours(address: str) -> bool:
    """What a browser takes for a scheme (URL standard); without one an address stays on our site."""
    scheme = re.match(r"\s*([a-z][a-z0-9+.-]*):", address, re.IGNORECASE)
    return scheme is None or scheme[1].lower() in SCHEMES


def strange(html: str) -> list[str]:
    walk = Walk()
    walk.feed(html)
    walk.close()
    return walk.strange


def test_three_hundred_payloads_leave_nothing_active() -> None:
    assert len(set(PAYLOADS)) >= 300
    assert {payload: found for payload in PAYLOADS if (found := strange(html_of(payload)))} == {}


@pytest.mark.parametrize("html", ["<b onclick=x>", "<p><script>", '<a href="javascript:x">', "<p style=x>"])
def test_the_walk_finds_what_is_active(html: str) -> None:
    assert strange(html)


def test_what_editors_need_comes_through() -> None:
    html = html_of("Two *of* **them**:\n\n- [the paper](https://doi.org/10.1/x)\n- write <us>")
    assert "<em>of</em> <strong>them</strong>" in html
    assert '<a href="https://doi.org/10.1/x"' in html
    assert "write &lt;us&gt;" in html


@pytest.fixture
def no_glossary(first_content: None) -> None:
    """Its words are marked in what is stored when a page is made."""
    GlossaryTerm.objects.all().delete()


@pytest.mark.usefixtures("no_glossary")
def test_a_section_is_rendered_once_when_it_is_published_and_served_so(
    article: Article, staff: Any, client: Any
) -> None:
    revision = saved(article, staff, title="Anew")
    assert not Rendering.objects.filter(revision=revision).exists()
    shown(article, staff, title="Anew")
    stored = Rendering.objects.get(revision=revision).sections
    assert stored == rendered(revision.content)
    page = client.get(article.get_absolute_url()).text
    assert all(html in page for html in stored)


@pytest.mark.usefixtures("no_glossary")
def test_a_page_serves_what_is_stored_and_renders_nothing(
    article: Article, staff: Any, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    revision = saved(article, staff, title="Anew")
    shown(article, staff, title="Anew")
    stored = Rendering.objects.get(revision=revision).sections
    for module in ("articles.sections", "articles.templatetags.markdown"):
        monkeypatch.setattr(f"{module}.html_of", lambda _text: "<p>made just now</p>")
    page = client.get(article.get_absolute_url()).text
    assert [section in page for section in stored] == [True] * len(revision.content["sections"])
    assert "made just now" not in page


def test_nothing_else_is_published_in_place_of_what_a_revision_says(article: Article, staff: Any) -> None:
    revision = saved(article, staff, title="Anew")
    Rendering.objects.create(revision=revision, sections=["<p>CURES</p>" for _section in revision.content["sections"]])
    with pytest.raises(ValidationError):
        shown(article, staff, title="Anew")
    article.refresh_from_db()
    assert article.live_revision != revision

"""Hard words are explained where a section uses them first; the page of the glossary has them all."""

import re
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from articles.first_content import load_glossary
from articles.glossary import explained
from articles.models import Article, GlossaryTerm, Rendering
from tests.articles.shown import shown
from tests.articles.test_opening_content import FORBIDDEN, HIGHEST_GRADE, grade
from tests.browser_posts import untouched

ADD = "/admin/articles/glossaryterm/add/"
AWKWARD = "Zoë O'Brien & Sons"


@pytest.fixture
def only(first_content: None) -> Any:
    """A glossary of these words alone."""
    GlossaryTerm.objects.all().delete()

    def add(term: str, synonyms: str = "", meaning: str = "What it means.") -> None:
        slug = f"word-{GlossaryTerm.objects.count()}"
        GlossaryTerm.objects.create(term=term, slug=slug, synonyms=synonyms, meaning=meaning)

    return add


def led(body: str) -> list[str]:
    """The words of the text that lead to their meaning."""
    return re.findall(r'<a class="term"[^>]*>(.*?)</a>', explained([body])[0], re.DOTALL)


def test_the_first_use_in_each_section_leads_to_the_meaning(client: Client, article: Article, only: Any) -> None:
    only("control group", meaning=f"Told by {AWKWARD}.")
    before = Rendering.objects.get(revision=article.live_revision).sections
    page = client.get(article.get_absolute_url()).text
    whole = (
        '<a class="term" href="/glossary/#word-0" data-meaning="Told by Zoë O&#x27;Brien &amp; Sons.">control group</a>'
    )
    sections = [part for part in page.split("<section")[1:] if "control group" in part]
    assert sections
    assert [part.count(whole) for part in sections] == [1] * len(sections)
    assert Rendering.objects.get(revision=article.live_revision).sections == before


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<p>A placebo, and a placebo.</p>", ["placebo"]),
        ("<p>Placebos and BIOPSIES</p>", ["Placebos", "BIOPSIES"]),
        ("<p>the placebo\neffect of a placebo</p>", ["placebo\neffect", "placebo"]),
        ("<p>placebo-controlled, antiplacebo, placeboes, placebox</p>", ["placeboes"]),
        ("<p>He also sees ALS; als and al</p>", ["ALS"]),
        ("<p>The dummy drip, then the placebo</p>", ["dummy drip"]),
        ('<p><a href="/x>y">placebo</a></p>', []),
        ("<h3>Placebo</h3><blockquote><p>placebo</p></blockquote>", []),
        ("<h3>On</h3><p>a <strong>placebo</strong></p>", ["placebo"]),
        ("<p>D &amp; C, or D&amp;C</p>", ["D &amp; C"]),
        ("<p>amp &amp; x</p>", []),
        ("<p>Crohn’s disease</p>", ["Crohn’s disease"]),
    ],
)
def test_whole_words_are_found_the_longest_first_and_never_in_links_headings_or_quotations(
    only: Any, body: str, found: list[str]
) -> None:
    for term, more in [
        ("placebo", "dummy drip"),
        ("placebo effect", ""),
        ("biopsy", ""),
        ("ALS", ""),
        ("D & C", ""),
        ("Crohn's disease", ""),
    ]:
        only(term, more)
    assert led(body) == found


def test_a_text_without_hard_words_stays_byte_for_byte(only: Any) -> None:
    body = '<p>Zoë O\'Brien &amp; Sons, "quoted" &lt;b&gt; <a href="https://example.org/?a=1&amp;b=2">x</a></p>\n'
    assert explained([body]) == [body]
    only("placebo")
    assert explained([body]) == [body]


def test_the_glossary_has_each_word_at_the_place_that_articles_lead_to(client: Client, only: Any) -> None:
    only("zeta", meaning="The last.")
    only("Alpha", synonyms="first, one", meaning=f"Of {AWKWARD}.")
    page = client.get("/glossary/").text
    assert re.findall(r"<dt>(.*?)</dt>", page) == ["Alpha", "zeta"]
    assert '<div id="word-1">' in page
    assert "Of Zoë O&#x27;Brien &amp; Sons." in page
    assert "Also: first, one." in page
    assert 'href="/glossary/"' in client.get("/").text
    assert "/glossary/</loc>" in client.get("/sitemap.xml").text


def test_an_editor_adds_a_word_and_articles_explain_it(
    desk: Client, client: Client, article: Article, only: Any, staff: Any
) -> None:
    shown(article, staff, sections=[*article.content["sections"][:-1], last_with(article, "A quirkword is in it.")])
    assert "quirkword</a>" not in client.get(article.get_absolute_url()).text
    form = untouched(desk.get(ADD), "glossaryterm_form", "_save")
    typed = {"term": "quirkword", "slug": "quirkword", "meaning": "A word of ours.", "synonyms": "quirk ,  odd word,"}
    assert desk.post(ADD, {**form, **typed}).status_code == 302
    assert GlossaryTerm.objects.get().synonyms == "quirk, odd word"
    assert "quirkword</a>" in client.get(article.get_absolute_url()).text


def last_with(article: Article, more: str) -> dict[str, str]:
    last = article.content["sections"][-1]
    return {**last, "body": f"{last['body']}\n\n{more}"}


def test_one_word_has_one_meaning(desk: Client, only: Any) -> None:
    only("placebo", synonyms="dummy drip")
    form = untouched(desk.get(ADD), "glossaryterm_form", "_save")
    page = desk.post(ADD, {**form, "term": "Dummy drip", "slug": "dummy", "meaning": "Another."}).text
    assert "The glossary explains “Dummy drip” already." in page
    assert GlossaryTerm.objects.count() == 1


def test_postgres_refuses_a_word_without_a_meaning(only: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        only("placebo", meaning="")


def test_what_an_editor_took_out_of_the_glossary_stays_out(first_content: None) -> None:
    GlossaryTerm.objects.filter(term="placebo").delete()
    load_glossary()
    assert not GlossaryTerm.objects.filter(term="placebo").exists()


def test_the_glossary_that_a_site_opens_with_is_plain_and_claims_nothing(first_content: None) -> None:
    terms = GlossaryTerm.objects.all()
    assert len(terms) >= 25
    hard = {term.term: round(grade(term.meaning), 1) for term in terms if grade(term.meaning) > HIGHEST_GRADE}
    assert hard == {}
    assert FORBIDDEN.findall(" ".join(term.meaning for term in terms)) == []
    words = [word.casefold() for term in terms for word in term.words()]
    assert len(words) == len(set(words))


def test_each_word_that_a_site_opens_with_stands_in_an_opening_article(client: Client, first_content: None) -> None:
    pages = "".join(client.get(article.get_absolute_url()).text for article in Article.objects.published())
    unused = [term.term for term in GlossaryTerm.objects.all() if f'href="{term.get_absolute_url()}"' not in pages]
    assert unused == []


def test_a_preview_explains_what_the_article_will(desk: Client, client: Client, article: Article, only: Any) -> None:
    only("control group")
    made = desk.post(f"/admin/articles/article/{article.pk}/preview-link/", {"revision": 1}, follow=True).text
    [path] = set(re.findall(r'href="[^"]*(/preview/[^"]+)"', made))
    assert '<a class="term" href="/glossary/#word-0"' in client.get(path).text

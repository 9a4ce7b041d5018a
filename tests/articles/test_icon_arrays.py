import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from articles.actions import save_revision
from articles.claims_gate import claims_in
from articles.compare import compared_articles, is_typo_fix
from articles.icons import dots
from articles.models import Article, ArticleRevision, RetractionRecord
from articles.tasks import check_papers
from tests.articles.shown import shown
from tests.browser_posts import untouched

ICONS = [
    {"count": 33, "of": 100, "words": "people of Zoë O'Brien & Sons felt better"},
    {"count": 0, "of": 100, "words": "felt worse"},
]
TYPED = "33 of 100 people of Zoë O'Brien & Sons felt better\r\n0/100 felt worse"


def edited(desk: Client, article: Article, **fields: str) -> Any:
    url = f"/admin/articles/article/{article.pk}/change/"
    return desk.post(url, {**untouched(desk.get(url), "article_form"), **fields})


def with_icons(article: Article, *icons: dict[str, Any]) -> dict[str, Any]:
    first, *others = article.content["sections"]
    return {**article.content, "sections": [{**first, "icons": list(icons)}, *others]}


def dots_in(path: str) -> int:
    return sum(int(float(length) // 10) + 1 for length in re.findall(r"h([\d.]+)", path))


def test_what_an_editor_types_is_drawn_and_told(desk: Client, client: Client, article: Article, staff: Any) -> None:
    assert edited(desk, article, **{"sections-0-icons": TYPED}).status_code == 302
    shown(article, staff)
    figures = re.findall(r'<figure class="icons">.*?</figure>', client.get(article.get_absolute_url()).text, re.DOTALL)
    assert len(figures) == 2
    assert 'aria-label="33 of 100 dots are filled"' in figures[0]
    assert "<strong>33 of 100</strong> people of Zoë O&#x27;Brien &amp; Sons felt better" in figures[0]
    assert [dots_in(path) for path in re.findall(r' d="([^"]+)"', figures[0])] == [33, 67, 67]
    assert [dots_in(path) for path in re.findall(r' d="([^"]+)"', figures[1])] == [100, 100]
    assert "style=" not in figures[0]


def test_of_a_study_that_was_taken_back_nothing_is_drawn_and_the_numbers_stay_as_words(
    client: Client, article: Article, staff: Any
) -> None:
    save_revision(article=article, content=with_icons(article, *ICONS), by=staff)
    shown(article, staff)
    drawn = client.get(article.get_absolute_url()).text
    assert drawn.count('<figure class="icons">') == len(ICONS)
    RetractionRecord.objects.create(record_id="1", nature="retraction", doi=article.content["citation"]["doi"])
    check_papers()
    page = client.get(article.get_absolute_url()).text
    assert "The journal has retracted this paper" in page
    assert 'class="icons"' not in page
    assert "33 of 100 people of Zoë O&#x27;Brien &amp; Sons felt better" in page


def test_nor_where_a_newer_study_overturned_it(client: Client, article: Article, staff: Any) -> None:
    content = {**with_icons(article, *ICONS), "newer_evidence": [{"text": "No better.", "effect": "overturns"}]}
    save_revision(article=article, content=content, by=staff)
    shown(article, staff)
    assert 'class="icons"' not in client.get(article.get_absolute_url()).text


@pytest.mark.parametrize(("array", "rows"), [((1, 2), 1), ((10, 10), 1), ((33, 101), 5), ((999, 1000), 40)], ids=str)
def test_as_many_dots_are_drawn_as_there_are_people(array: tuple[int, int], rows: int) -> None:
    count, of = array
    drawn = dots({"count": count, "of": of, "words": "x"})
    assert (dots_in(drawn.filled), dots_in(drawn.rings), drawn.height) == (count, of - count, rows * 10)


def test_numbers_that_nobody_touched_make_no_revision(desk: Client, article: Article, staff: Any) -> None:
    before = save_revision(article=article, content=with_icons(article, *ICONS), by=staff)
    assert edited(desk, article).status_code == 302
    assert article.revisions.first() == before


@pytest.mark.parametrize("line", ["101 of 100 people", "1 of 1 person", "33 of 1001 people", "33 percent", "33 of 100"])
def test_what_cannot_be_drawn_is_said_beside_its_field(desk: Client, article: Article, line: str) -> None:
    answer = edited(desk, article, **{"sections-0-icons": line})
    assert answer.status_code == 422
    assert '<a href="#id_sections-0-icons">Section 1, Numbers as dots</a>:' in answer.text
    assert f"“{line}” cannot be drawn" in answer.text
    assert ArticleRevision.objects.filter(article=article).count() == 1


def test_an_import_fills_no_more_dots_than_there_are(article: Article, staff: Any) -> None:
    with pytest.raises(ValidationError, match="More dots are filled than there are"):
        save_revision(article=article, content=with_icons(article, {"count": 9, "of": 8, "words": "x"}), by=staff)


def test_a_number_of_dots_is_compared_and_is_no_typo_fix(article: Article) -> None:
    old, new = with_icons(article, ICONS[0]), with_icons(article, {**ICONS[0], "count": 34})
    assert not is_typo_fix(old, new)
    changed = [part for part in compared_articles(old, new) if part.is_changed]
    assert "34 " in {piece.text for part in changed for piece in part.pieces if piece.kind == "new"}


def test_what_dots_claim_is_looked_at_like_any_other_sentence(article: Article) -> None:
    found = claims_in(with_icons(article, {"count": 9, "of": 10, "words": "people were cured of multiple sclerosis"}))
    assert "cure" in {claim.rule for claim in found}

import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from articles.actions.papers import note_papers, paper_of
from articles.citations.fields import FIELDS, schema
from articles.citations.formats import FORMATS
from articles.citations.records import tidied
from articles.models import Article, Paper
from articles.rules import validator
from tests.browser_posts import untouched

LIST = "/admin/articles/article/"
PRINTED = "O'Brien Z, van der Berg J. Cells in a mouse. J Ex. 2021;15(6):1431-1441. doi:10.5555/ABC. PMID: 77."
RIS = "TY  - JOUR\nAU  - Muster, A.\nTI  - One\nJO  - J\nPY  - 2020\nER  -\nTY  - JOUR\nTI  - Two\n"


@pytest.fixture
def article(first_content: None) -> Article:
    return Article.objects.get(slug="cord-cells-advanced-liver-cirrhosis")


@pytest.fixture
def viewing(django_user_model: Any) -> Client:
    viewer = django_user_model.objects.create_user("viewer@clinic.example")
    viewer.user_permissions.add(Permission.objects.get(codename="view_article"))
    client = Client()
    client.force_login(viewer)
    return client


def url(article: Article) -> str:
    return f"{LIST}{article.pk}/change/"


def filled(desk: Client, article: Article, button: str, **typed: Any) -> Any:
    fields = untouched(desk.get(url(article)), "article_form", button)
    return desk.post(url(article), {**fields, **typed})


def test_schema_and_table_say_the_same_of_a_citation() -> None:
    assert validator().schema["$defs"]["citation"] == schema()


def test_a_pasted_citation_fills_the_fields_and_saves_nothing(desk: Client, article: Article) -> None:
    before = article.revisions.count()
    page = filled(desk, article, "fill_paper", paste=PRINTED, title="Typed and not saved")
    fields = untouched(page, "article_form")
    assert (page.status_code, article.revisions.count()) == (200, before)
    assert fields["title"] == "Typed and not saved"
    assert fields["citation_authors"] == "O'Brien Z\r\nvan der Berg J"
    assert "citation_authors_truncated" not in fields
    read = [fields[f"citation_{name}"] for name in ("title", "year", "pages", "doi", "pmid", "pmcid")]
    assert read == ["Cells in a mouse", "2021", "1431-1441", "10.5555/ABC", "77", ""]
    assert desk.post(url(article), fields).status_code == 302
    newest = article.revisions.first()
    assert newest is not None
    assert newest.content["citation"]["doi"] == "10.5555/ABC"
    assert newest.content["sections"] == article.content["sections"]


def test_an_uploaded_file_adds_further_papers_and_says_what_it_lacks(desk: Client, article: Article) -> None:
    page = filled(desk, article, "fill_further", paste_file=SimpleUploadedFile("x.ris", RIS.encode()))
    assert "2 citations were read." in page.text
    assert "“Two”: not found: Authors, Journal, Year." in page.text
    assert "Line 7: a record has no end. What stood there was read." in page.text
    fields = untouched(page, "article_form")
    assert [fields["papers-0-title"], fields["papers-1-title"]] == ["One", "Two"]
    assert fields["citation_title"] == article.content["citation"]["title"]
    desk.post(url(article), {**fields, "papers-0-ORDER": "9"})
    newest = article.revisions.first()
    assert newest is not None
    assert [paper["title"] for paper in newest.content["further_papers"]] == ["Two", "One"]


def test_several_pasted_citations_add_further_papers_and_the_line_of_what_is_none_is_said(
    desk: Client, article: Article
) -> None:
    printed = [f"Muster A. Cells in a {animal}. J Ex. 2021;1(2):3-4." for animal in ("mouse", "rat")]
    page = filled(desk, article, "fill_further", paste="\n\n".join([*printed, "Dear editor"]))
    assert "2 citations were read." in page.text
    assert "Line 5: no citation was found in what stands here." in page.text
    fields = untouched(page, "article_form")
    assert [fields["papers-0-title"], fields["papers-1-title"]] == ["Cells in a mouse", "Cells in a rat"]


@pytest.mark.parametrize(("paste", "sentence"), [("Dear editor", "No citation was found in it."), ("", "No citation")])
def test_what_is_no_citation_says_so_and_keeps_what_was_typed(
    desk: Client, article: Article, paste: str, sentence: str
) -> None:
    page = filled(desk, article, "fill_paper", paste=paste)
    assert page.status_code == 422
    assert sentence in page.text
    assert untouched(page, "article_form")["citation_title"] == article.content["citation"]["title"]


@pytest.mark.parametrize("left", [{"paste": PRINTED}, {"paste_file": "library.ris"}])
def test_a_paste_that_was_not_used_is_not_forgotten_by_saving(
    desk: Client, article: Article, left: dict[str, str]
) -> None:
    before = article.revisions.count()
    page = filled(desk, article, "save", **left, title="Typed and not saved")
    assert (page.status_code, article.revisions.count()) == (422, before)
    assert " was not used yet: " in page.text
    assert f'<a href="#id_{next(iter(left))}">' in page.text
    fields = untouched(page, "article_form", "save")
    assert (fields["title"], fields["paste"]) == ("Typed and not saved", left.get("paste", ""))
    assert desk.post(url(article), {**fields, "paste": ""}).status_code == 302


def focused(page: Any) -> list[str]:
    return re.findall(r'<\w+ [^>]*id="(\w+)"[^>]* autofocus', page.text)


def test_whoever_fills_in_stands_at_what_became_of_it(desk: Client, article: Article) -> None:
    assert focused(desk.get(url(article))) == []
    assert focused(filled(desk, article, "fill_paper", paste=PRINTED)) == ["pasted"]
    assert focused(filled(desk, article, "fill_paper", paste="Dear editor")) == ["pasted"]
    assert "autofocus" in filled(desk, article, "fill_paper", paste="x" * 500_001).text


def test_what_was_not_read_whole_stays_to_be_looked_at(desk: Client, article: Article) -> None:
    assert untouched(filled(desk, article, "fill_further", paste=RIS), "article_form")["paste"]
    assert not untouched(filled(desk, article, "fill_further", paste=PRINTED), "article_form")["paste"]


def test_a_file_too_large_for_a_list_is_refused(desk: Client, article: Article) -> None:
    page = filled(desk, article, "fill_paper", paste_file=SimpleUploadedFile("x.ris", b"x" * 500_001))
    assert page.status_code == 422
    assert "This file is too large" in page.text


def test_enter_in_a_field_saves(desk: Client, article: Article) -> None:
    assert "fill_paper" not in untouched(desk.get(url(article)), "article_form")


def test_who_may_only_look_has_nothing_to_paste_into(viewing: Client, article: Article) -> None:
    page = viewing.get(url(article)).text
    assert "fill_paper" not in page
    assert "fill_further" not in page


@pytest.mark.parametrize("ending", FORMATS)
def test_the_article_gives_its_paper_in_each_format(client: Client, article: Article, ending: str) -> None:
    page = client.get(article.get_absolute_url()).text
    address = f"{article.get_absolute_url()}citation.{ending}"
    assert f'href="{address}"' in page
    answer = client.get(address)
    assert answer["Content-Type"].startswith(FORMATS[ending].content_type)
    assert answer["Content-Disposition"] == f'attachment; filename="{article.slug}.{ending}"'
    assert FORMATS[ending].read(answer.content).citations == [tidied(article.content["citation"])]


def test_several_papers_come_in_one_file_under_keys_of_their_own() -> None:
    papers = [{"authors": ["Muster A"], "title": title, "year": 2020} for title in ("One", "Two")]
    assert len(json.loads(FORMATS["json"].write_all(papers))) == 2
    keys = [line for line in FORMATS["bib"].write_all(papers).split("\n") if line.startswith("@")]
    assert keys == ["@article{Muster2020,", "@article{Muster2020-2,"]


def test_of_what_is_not_published_nothing_is_given(client: Client, article: Article) -> None:
    assert client.get(f"{article.get_absolute_url()}citation.pdf").status_code == 404
    Article.objects.update(state="withdrawn")
    assert client.get(f"{article.get_absolute_url()}citation.ris").status_code == 404


def test_reference_managers_find_the_paper_in_the_page_and_no_tag_claims_that_we_are_it(
    client: Client, article: Article
) -> None:
    page = client.get(article.get_absolute_url()).text
    assert page.count('class="Z3988"') == 1
    assert "rft_id=info%3Adoi%2F10.1007%2Fs12072-021-10199-2" in page
    assert "citation_" not in page
    assert "Shi M, Li YY, Xu RN, et al. Mesenchymal stem cell therapy" in page


def test_a_paper_is_one_row_by_its_doi_or_its_pmid(db: None) -> None:
    facts: dict[str, Any] = {"authors": ["Zoë O'Brien & Sons Group"], "title": "One", "journal": "J", "year": 2020}
    by_pmid = paper_of({**facts, "pmid": "77"})
    assert paper_of({**facts, "pmid": "77", "title": "Two"}) == by_pmid
    assert paper_of({**facts, "pmid": "77", "doi": "10.5555/ABC"}) == by_pmid
    assert paper_of({**facts, "doi": "10.5555/abc"}) == by_pmid
    assert paper_of({**facts, "pmid": "77"}) == by_pmid
    assert paper_of(facts) is None
    (paper,) = Paper.objects.filter(doi__startswith="10.5555")
    assert (paper.doi, paper.pmid, paper.authors) == ("10.5555/abc", "77", facts["authors"])


def test_a_pmid_of_another_doi_is_refused(db: None) -> None:
    paper_of({"title": "One", "doi": "10.5555/one", "pmid": "77"})
    with pytest.raises(ValidationError, match=r"belongs to another paper, with the DOI 10\.5555/one"):
        paper_of({"title": "Two", "doi": "10.5555/two", "pmid": "77"})


def test_the_papers_of_an_article_keep_their_order_and_each_stands_once(article: Article) -> None:
    first, one = article.content["citation"], {"title": "One", "doi": "10.5555/one"}
    two = {"title": "Two", "pmid": "5"}
    note_papers(article, {"citation": first, "further_papers": [two, one, {**two, "pages": "3"}, {"title": "None"}]})
    note_papers(article, {"citation": first, "further_papers": [two, one]})
    cited = [(paper.position, paper.paper.doi or paper.paper.pmid) for paper in article.cited.all()]
    assert cited == [(0, first["doi"].lower()), (1, "5"), (2, "10.5555/one")]


def test_columns_hold_what_the_table_names() -> None:
    columns = {field.name for field in Paper._meta.get_fields()}
    assert {field.name for field in FIELDS} <= columns


def test_a_paper_without_a_number_or_with_one_that_is_taken_is_refused_in_plain_words(desk: Client) -> None:
    add = "/admin/articles/paper/add/"
    Paper.objects.create(pmid="77", title="Cells in a mouse")
    fields = untouched(desk.get(add), "paper_form", "_save")
    for typed, said in (({}, "Write its DOI or its PMID"), ({"pmid": "77"}, "There is a paper with this PMID already")):
        page = desk.post(add, {**fields, "title": "Zoë O'Brien & Sons", **typed})
        assert said in page.text
        assert "Constraint" not in page.text

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from articles.actions import publish, release, save_revision
from articles.models import Article, ArticleRevision, Topic
from articles.rules import RESERVED_SLUGS
from foundation.models import ClinicProfile
from tests.browser_posts import untouched

LIST = "/admin/articles/article/"


@pytest.fixture
def article(first_content: None) -> Article:
    return Article.objects.get(slug="cord-cells-advanced-liver-cirrhosis")


def url(article: Article, verb: str = "change") -> str:
    return f"{LIST}{article.pk}/{verb}/"


def opened(client: Client, page: str, press: str | None = None) -> dict[str, Any]:
    return untouched(client.get(page), "article_form", press)


def cleared(desk: Client, article: Article) -> Any:
    """Released without a review and published, by the buttons of the page."""
    seen = {"revision": article.revisions.first().number, "note": "A test of something else"}
    desk.post(url(article, "release"), seen)
    return desk.post(url(article, "publish"), seen)


def test_saving_what_nobody_touched_makes_no_revision(desk: Client) -> None:
    before = ArticleRevision.objects.count()
    for article in Article.objects.all():
        assert desk.post(url(article), opened(desk, url(article))).status_code == 302
    assert ArticleRevision.objects.count() == before


def test_a_saved_revision_waits_and_a_published_one_is_read(
    desk: Client, client: Client, article: Article, staff: Any
) -> None:
    desk.post(url(article), {**opened(desk, url(article)), "title": "Zoë O'Brien & Sons <look> again"})
    shown = "Zoë O&#x27;Brien &amp; Sons &lt;look&gt; again"
    assert shown not in client.get(article.get_absolute_url()).text
    assert shown in desk.get(url(article)).text
    cleared(desk, article)
    assert shown in client.get(article.get_absolute_url()).text
    newest = article.revisions.first()
    assert newest is not None
    assert (newest.number, newest.created_by, newest.source) == (2, staff, "editor")


def test_sections_stand_in_the_order_of_their_numbers(desk: Client, article: Article) -> None:
    fields = opened(desk, url(article))
    fields.update({"sections-0-ORDER": "99", "sections-1-DELETE": "on"})
    headings = [section["heading"] for section in article.content["sections"]]
    desk.post(url(article), fields)
    newest = article.revisions.first()
    assert newest is not None
    assert [section["heading"] for section in newest.content["sections"]] == [*headings[2:], headings[0]]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"summary": "Too short"}, "at least 40 characters"),
        ({"citation_doi": "doi:10.1/x"}, "A DOI looks like"),
        ({"study_registrations": "NCT00000000\r\nNCT1"}, "A trial registration looks like NCT01234567."),
        ({"newer-0-url": "http://www.cochrane.example"}, "A web address begins with https:// here."),
        (
            {"sections-3-heading": ""},
            '<a href="#id_sections-3-heading">Section 4, Heading</a>: This field is required.',
        ),
        ({"sections-9-body": "Begun and left"}, '<a href="#id_sections-9-kind">Section 10, Kind</a>'),
        ({"citation_journal": "J" * 301}, "at most 300 characters"),
        ({"citation_doi": "10.1000/" + "x" * 200}, "at most 200 characters"),
        # One letter that is two in lower case, as which it is stored.
        ({"citation_doi": "10.1000/" + "İ" * 120}, "A DOI looks like"),
        ({"citation_pmcid": "PMC" + "1" * 20}, "at most 20 characters"),
        ({"citation_pmid": "123456789"}, "up to eight digits"),
    ],
)
def test_wrong_content_comes_back_as_typed_and_is_not_saved(
    desk: Client, article: Article, wrong: dict[str, str], sentence: str
) -> None:
    before = ArticleRevision.objects.count()
    fields = {**opened(desk, url(article)), "title": "My new title", **wrong}
    response = desk.post(url(article), fields)
    assert response.status_code == 422
    assert sentence in response.text
    assert "My new title" in response.text
    assert ArticleRevision.objects.count() == before


def test_a_citation_that_no_paper_can_hold_is_not_published(article: Article, staff: Any) -> None:
    content = {**article.content, "citation": {**article.content["citation"], "journal": "J" * 301}}
    revision = save_revision(article=article, content=content, by=staff)
    release(revision=revision, by=staff, reason="A test of something else")
    with pytest.raises(ValidationError, match="at most 300 characters"):
        publish(revision=revision, by=staff)
    article.refresh_from_db()
    assert article.live_revision != revision


def test_what_a_colleague_saved_meanwhile_is_not_written_over(
    desk: Client, article: Article, staff: Any, django_user_model: Any
) -> None:
    colleague = Client()
    colleague.force_login(django_user_model.objects.create_superuser("ann@clinic.example", name="Ann Other"))
    mine, theirs = opened(desk, url(article)), opened(colleague, url(article))
    colleague.post(url(article), {**theirs, "title": "What Ann wrote"})
    response = desk.post(url(article), {**mine, "title": "What Sam wrote"})
    assert response.status_code == 422
    assert "Ann Other saved revision 2" in response.text
    assert "What Sam wrote" in response.text
    assert article.revisions.count() == 2
    # Again is still a refusal, and so is a form that does not say what it was made from.
    assert desk.post(url(article), untouched(response, "article_form")).status_code == 422
    assert desk.post(url(article), {**untouched(response, "article_form"), "begun_from": ""}).status_code == 422
    assert article.revisions.count() == 2


def test_who_saved_it_in_another_tab_is_told_that_it_was_them(desk: Client, article: Article) -> None:
    here, other_tab = opened(desk, url(article)), opened(desk, url(article))
    desk.post(url(article), {**other_tab, "title": "In the other tab"})
    response = desk.post(url(article), {**here, "title": "In this one"})
    assert response.status_code == 422
    assert "You saved revision 2 in another tab or window on" in response.text
    assert "In this one" in response.text


def test_the_same_form_sent_twice_makes_one_revision(desk: Client, article: Article) -> None:
    fields = {**opened(desk, url(article)), "title": "A new title"}
    assert [desk.post(url(article), fields).status_code for _ in range(2)] == [302, 302]
    assert article.revisions.count() == 2


def test_withdrawing_waits_for_whoever_publishes(desk: Client, article: Article) -> None:
    with CaptureQueriesContext(connection) as queries:
        desk.post(url(article, "withdraw"), {"reason": "It is wrong"})
    assert [query for query in queries if "FOR UPDATE" in query["sql"] and "articles_article" in query["sql"]]


def test_an_article_without_a_doi_has_its_citation_and_no_paper(desk: Client, client: Client, article: Article) -> None:
    fields = {**opened(desk, url(article)), "citation_doi": ""}
    assert desk.post(url(article), fields).status_code == 302
    assert cleared(desk, article).status_code == 302
    article.refresh_from_db()
    assert article.paper is None
    page = client.get(article.get_absolute_url()).text
    assert article.content["citation"]["title"] in page
    assert 'doi.org/"' not in page


def test_withdrawing_takes_the_page_off_the_site(desk: Client, client: Client, article: Article, staff: Any) -> None:
    desk.get(url(article, "withdraw"))
    assert client.get(article.get_absolute_url()).status_code == 200
    desk.post(url(article, "withdraw"), {"reason": "It is wrong"})
    assert client.get(article.get_absolute_url()).status_code == 410
    article.refresh_from_db()
    assert (article.state, article.changed_by) == ("withdrawn", staff)


NEEDED = ["bottom_line", "study", "findings", "harms", "limits"]


def kinds(page: Any) -> list[str]:
    fields = untouched(page, "article_form")
    return [fields[f"sections-{number}-kind"] for number in range(int(fields["sections-TOTAL_FORMS"]))]


def saved_sections(article: Article) -> list[dict[str, Any]]:
    newest = article.revisions.first()
    assert newest is not None
    return newest.content["sections"]


def test_a_new_article_has_a_row_for_each_needed_kind_and_saves_those_that_are_written(
    desk: Client, article: Article
) -> None:
    fields = opened(desk, f"{LIST}add/", "save")
    assert kinds(desk.get(f"{LIST}add/")) == [*NEEDED, "", ""]
    written = {"slug": "begun", "title": "Begun", "sections-3-heading": "Harms", "sections-3-body": "Fever"}
    assert desk.post(f"{LIST}add/", {**fields, **written}).status_code == 302
    new = Article.objects.get(slug="begun")
    assert saved_sections(new) == [{"kind": "harms", "heading": "Harms", "body": "Fever"}]
    assert kinds(desk.get(url(new))) == ["harms", "bottom_line", "study", "findings", "limits", "", ""]
    assert desk.post(url(new), opened(desk, url(new), "save")).status_code == 302
    assert new.revisions.count() == 1


def test_a_row_more_for_a_section_keeps_what_was_typed_and_saves_nothing(desk: Client, article: Article) -> None:
    typed = {"title": "Begun", "paste": "To be used", "sections-2-body": "More were alive"}
    page = desk.post(f"{LIST}add/", {**opened(desk, f"{LIST}add/", "add_section"), **typed})
    fields = untouched(page, "article_form", "save")
    assert kinds(page) == [*NEEDED, "", "", ""]
    assert {name: fields[name] for name in typed} == typed
    assert 'name="sections-7-kind" autofocus' in page.text
    fields |= {"slug": "begun", "paste": "", "sections-2-heading": "Findings", "sections-7-kind": "meaning"}
    fields |= {"sections-0-heading": "In short", "sections-0-body": "Perhaps"}
    assert desk.post(f"{LIST}add/", fields).status_code == 302
    sections = saved_sections(Article.objects.get(slug="begun"))
    assert [section["kind"] for section in sections] == ["bottom_line", "findings"]


def test_a_row_more_for_a_section_of_an_article_that_has_them_all(desk: Client, article: Article) -> None:
    before = kinds(desk.get(url(article)))
    page = desk.post(url(article), opened(desk, url(article), "add_section"))
    assert (page.status_code, kinds(page)) == (200, [*before, ""])
    assert desk.post(url(article), untouched(page, "article_form", "save")).status_code == 302
    assert article.revisions.count() == 1


def routes(patterns: Any, before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = f"{before}{pattern.pattern}"
        yield from routes(pattern.url_patterns, route) if hasattr(pattern, "url_patterns") else [route]


def test_no_article_has_an_address_that_the_site_itself_uses() -> None:
    below = [route.split("/")[1] for route in routes(get_resolver().url_patterns) if route.startswith("research/")]
    assert {word for word in below if word and "<" not in word} == RESERVED_SLUGS


@pytest.mark.parametrize("slug", ["search", "Topics"])
def test_an_address_of_the_site_itself_is_refused(desk: Client, article: Article, slug: str) -> None:
    page = desk.post(f"{LIST}add/", {**opened(desk, f"{LIST}add/", "save"), "slug": slug, "title": "A title"})
    assert page.status_code == 422
    assert "The site itself uses this address." in page.text


def test_the_page_of_an_article_leads_from_its_head_to_its_review(desk: Client, article: Article) -> None:
    page = desk.get(url(article)).text
    assert page.index('href="#review"') < page.index('id="article_form"') < page.index('id="review"')


def test_a_new_article_begins_as_a_draft(desk: Client, client: Client, article: Article) -> None:
    fields = {**opened(desk, url(article)), "slug": "a-new-article", "title": "A new article"}
    assert desk.post(f"{LIST}add/", fields).status_code == 302
    new = Article.objects.get(slug="a-new-article")
    assert new.state == "draft"
    assert client.get("/research/a-new-article/").status_code == 404
    cleared(desk, new)
    assert "A new article" in client.get("/research/a-new-article/").text


def test_a_new_article_saved_by_two_clicks_is_saved_and_other_words_are_not_lost(
    desk: Client, article: Article
) -> None:
    fields = {**opened(desk, url(article)), "slug": "a-new-article", "title": "A new article"}
    first = desk.post(f"{LIST}add/", fields)
    answer = desk.post(f"{LIST}add/", fields, follow=True)
    assert answer.redirect_chain == [(first["Location"], 302)]
    assert "You have saved it already, as revision 1." in answer.text
    assert Article.objects.get(slug="a-new-article").revisions.count() == 1
    other = desk.post(f"{LIST}add/", {**fields, "title": "Other words"})
    assert (other.status_code, "Other words" in other.text) == (422, True)


def test_the_address_of_another_article_is_refused(desk: Client, article: Article) -> None:
    response = desk.post(f"{LIST}add/", {**opened(desk, url(article)), "slug": article.slug})
    assert response.status_code == 422
    assert "Another article has this address already." in response.text


def test_who_may_only_look_cannot_save_publish_or_withdraw(article: Article, django_user_model: Any) -> None:
    viewer = django_user_model.objects.create_user("viewer@clinic.example")
    viewer.user_permissions.add(Permission.objects.get(codename="view_article"))
    client = Client()
    assert client.get(url(article))["Location"].startswith("/admin/login/")
    client.force_login(viewer)
    page = client.get(url(article))
    assert page.status_code == 200
    assert "/publish/" not in page.text
    assert client.post(url(article), opened(client, url(article))).status_code == 403
    for verb in ("withdraw", "publish", "approve", "send-back", "release", "restore", "ask-review"):
        assert client.post(url(article, verb), {"revision": 1}).status_code == 403
    assert client.get(f"{LIST}add/").status_code == 403


def test_who_may_write_and_not_publish_saves_for_somebody_else_to_publish(
    article: Article, django_user_model: Any
) -> None:
    writer = django_user_model.objects.create_user("writer@clinic.example")
    writer.user_permissions.set(Permission.objects.filter(codename__in=["view_article", "change_article"]))
    client = Client()
    client.force_login(writer)
    page = client.get(url(article)).text
    assert ('name="save"' in page, "/publish/" in page, "/withdraw/" in page) == (True, False, False)
    changed = {**opened(client, url(article)), "title": "Another title"}
    live = article.live_revision
    assert client.post(url(article, "publish"), {"revision": 1}).status_code == 403
    assert client.post(url(article, "withdraw")).status_code == 403
    assert client.post(url(article), changed).status_code == 302
    article.refresh_from_db()
    assert (article.state, article.live_revision, article.revisions.count()) == ("published", live, 2)


def test_the_list_shows_state_and_review(desk: Client) -> None:
    page = desk.get(LIST).text
    assert "published" in page
    assert "no review by a clinician holds" in page


def test_nothing_published_is_deleted(desk: Client, article: Article) -> None:
    topic = article.topics.first()
    assert topic is not None
    assert desk.post(url(article, "delete"), {"post": "yes"}).status_code == 403
    assert desk.post(f"/admin/articles/topic/{topic.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Topic.objects.filter(pk=topic.pk).exists()


def test_nothing_is_deleted_in_bulk(desk: Client) -> None:
    unused = Topic.objects.create(slug="unused", name="Unused")
    desk.post("/admin/articles/topic/", {"action": "delete_selected", "_selected_action": [unused.pk], "post": "yes"})
    assert Topic.objects.filter(pk=unused.pk).exists()


def test_the_profile_is_one_page(desk: Client) -> None:
    assert desk.get("/admin/foundation/clinicprofile/")["Location"] == "/admin/foundation/clinicprofile/1/change/"
    assert desk.get("/admin/foundation/clinicprofile/add/").status_code == 403
    assert desk.post("/admin/foundation/clinicprofile/1/delete/", {"post": "yes"}).status_code == 403
    page = desk.get("/admin/foundation/clinicprofile/1/change/")
    assert ClinicProfile.objects.get().name in page.text


def test_a_draft_that_was_never_published_is_found_by_its_title(desk: Client, article: Article) -> None:
    fields = {**opened(desk, url(article)), "slug": "about-joints", "title": "Knees & hips"}
    assert desk.post(f"{LIST}add/", fields).status_code == 302
    draft = Article.objects.get(slug="about-joints")
    desk.post(url(draft), {**opened(desk, url(draft)), "summary": "Of 20 people"})
    found = desk.get(f"{LIST}?q=knees").context["cl"].result_list
    assert [one.slug for one in found] == ["about-joints"]


def test_a_filter_names_what_has_none_in_a_word(desk: Client, article: Article) -> None:
    _before, _filter, behind = desk.get(LIST).text.partition('data-filter-title="topics"')
    choices = re.findall(r'<li[^>]*><a href="[^"]*"[^>]*>([^<]*)</a></li>', behind)
    assert "none" in choices
    assert "-" not in choices

"""From the file that an editor uploads to the picture that a visitor sees."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from articles.actions import add_image, save_revision
from articles.claims_gate import claims_in
from articles.compare import is_typo_fix
from articles.form_fields import Library
from articles.images.apart import EncodedFile
from articles.models import Article, ArticleRevision, Image, ImageFile
from articles.rules import validator
from tests.articles.pictures import drawing, png_that_says, saved
from tests.articles.shown import shown
from tests.browser_posts import untouched

LIST = "/admin/articles/image/"
ALT = "Zoë O'Brien & Sons: a bar for the 33 of 100 who felt better"
FIELDS = {"name": "cells-drawn", "alt": ALT, "credit": "Zoë O'Brien & Sons", "licence": "cc-by-4.0"}


def upload(desk: Client, data: bytes, **fields: str) -> Any:
    typed = {**untouched(desk.get(f"{LIST}add/"), "image_form"), **FIELDS, **fields}
    return desk.post(f"{LIST}add/", {**typed, "file": SimpleUploadedFile("a.png", data)})


@pytest.fixture
def image(staff: Any) -> Image:
    files = [EncodedFile("webp", 800, 400, b"RIFF"), EncodedFile("png", 800, 400, b"PNG")]
    return add_image(image=Image(**FIELDS), files=files, by=staff)


def edited(desk: Client, article: Article, **fields: str) -> Any:
    url = f"/admin/articles/article/{article.pk}/change/"
    return desk.post(url, {**untouched(desk.get(url), "article_form"), **fields})


def newest(article: Article) -> ArticleRevision:
    found = article.revisions.first()
    assert found
    return found


def with_picture(article: Article, image: Image) -> list[dict[str, Any]]:
    first, *others = article.content["sections"]
    return [{**first, "image": image.as_content()}, *others]


def test_an_uploaded_picture_is_seen_on_the_page_of_its_article(
    desk: Client, client: Client, article: Article, staff: Any
) -> None:
    assert upload(desk, saved(drawing(1_700, 850), "PNG")).status_code == 302
    assert edited(desk, article, **{"sections-0-image": "cells-drawn"}).status_code == 302
    shown(article, staff)
    page = client.get(article.get_absolute_url()).text
    [figure] = re.findall(r'<figure class="picture">.*?</figure>', page, re.DOTALL)
    assert 'width="1600" height="800"' in figure
    assert 'loading="lazy"' in figure
    assert 'alt="Zoë O&#x27;Brien &amp; Sons: a bar' in figure
    assert "https://creativecommons.org/licenses/by/4.0/" in figure
    addresses = re.findall(r"(/images/[0-9a-f]{64}\.\w+) (\d+)w", figure)
    assert [(address.split(".")[1], width) for address, width in addresses] == [
        ("webp", "800"), ("webp", "1600"), ("png", "800"), ("png", "1600")
    ]  # fmt: skip
    for address, _width in addresses:
        assert client.get(address).getvalue()[:4] in (b"RIFF", b"\x89PNG")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "An SVG can hold a program"),
        (png_that_says(60_000, 60_000), "This picture is too large"),
        (b"x" * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
    ],
    ids=["svg", "bomb", "bytes"],
)
def test_what_is_no_picture_for_a_page_is_answered_with_a_sentence(desk: Client, data: bytes, sentence: str) -> None:
    answer = upload(desk, data)
    assert sentence in answer.text
    assert ALT.partition(":")[2] in answer.text
    assert not Image.objects.exists()


@pytest.mark.parametrize("fields", [{"alt": " "}, {"is_decorative": "on"}], ids=["neither", "both"])
def test_a_picture_says_what_it_shows_or_that_it_decorates(desk: Client, fields: dict[str, str]) -> None:
    assert "Say what the picture shows, or tick" in upload(desk, saved(drawing(), "PNG"), **fields).text
    with pytest.raises(IntegrityError, match="image_alt_or_decorative"), transaction.atomic():
        Image.objects.create(
            name="x", sha256="0" * 64, alt=fields.get("alt", ALT), is_decorative="is_decorative" in fields
        )


def test_the_same_picture_is_not_kept_twice(desk: Client) -> None:
    data = saved(drawing(), "PNG")
    upload(desk, data)
    assert "This picture is here already, as “cells-drawn”." in upload(desk, data, name="another").text
    assert Image.objects.count() == 1


def test_a_browser_keeps_a_picture_for_a_year_and_may_ask_by_its_fingerprint(client: Client, image: Image) -> None:
    file = image.files.get(format="png")
    answer = client.get(file.get_absolute_url())
    assert answer.getvalue() == b"PNG"
    assert answer["Content-Type"] == "image/png"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    again = client.get(file.get_absolute_url(), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content, again["Cache-Control"]) == (304, b"", answer["Cache-Control"])
    assert "Cookie" not in answer.get("Vary", "")


def test_at_another_address_there_is_no_picture(client: Client, image: Image) -> None:
    file = image.files.get(format="png")
    for address in (f"/images/{'0' * 64}.png", f"/images/{file.sha256}.jpeg", f"/images/{file.sha256}.svg"):
        assert client.get(address).status_code == 404


def test_an_article_says_of_a_picture_what_was_said_when_it_was_saved(
    desk: Client, client: Client, article: Article, image: Image, staff: Any
) -> None:
    shown(article, staff, sections=with_picture(article, image))
    number = newest(article).number
    Image.objects.update(alt="Another sentence")
    assert "33 of 100 who felt better" in client.get(article.get_absolute_url()).text
    edited(desk, article)
    assert newest(article).number == number + 1
    assert newest(article).content["sections"][0]["image"]["alt"] == "Another sentence"


def test_an_article_with_a_picture_that_nobody_touched_makes_no_revision(
    desk: Client, article: Article, image: Image, staff: Any
) -> None:
    before = save_revision(
        article=article, content={**article.content, "sections": with_picture(article, image)}, by=staff
    )
    assert edited(desk, article).status_code == 302
    assert newest(article) == before


def test_other_words_in_the_library_keep_nobody_from_a_typo_fix_which_leaves_them_as_they_were_read(
    desk: Client, article: Article, image: Image, staff: Any
) -> None:
    misspelled = f"{article.content['title']} Cirrhosiss"
    content = {**article.content, "title": misspelled, "sections": with_picture(article, image)}
    before = save_revision(article=article, content=content, by=staff)
    Image.objects.update(alt="Another sentence")
    right = {"title": f"{article.content['title']} Cirrhosis", "is_typo": "on"}
    assert edited(desk, article, **right).status_code == 302
    assert newest(article).change == ArticleRevision.Change.TYPO
    assert newest(article).content["sections"] == before.content["sections"]


def test_a_name_that_no_picture_has_is_refused_beside_its_field(desk: Client, article: Article) -> None:
    answer = edited(desk, article, **{"sections-0-image": "not-here"})
    assert answer.status_code == 422
    assert '<a href="#id_sections-0-image">Section 1, Picture</a>: There is no picture of this name.' in answer.text


def test_a_picture_that_is_not_on_this_site_stops_publishing(
    desk: Client, article: Article, image: Image, staff: Any
) -> None:
    sections = with_picture(article, image)
    image.delete()
    save_revision(article=article, content={**article.content, "sections": sections}, by=staff)
    assert (
        "is not on this site. Upload it, or take it out."
        in desk.get(f"/admin/articles/article/{article.pk}/change/").text
    )


def test_a_picture_stays_while_a_revision_shows_it(desk: Client, article: Article, image: Image, staff: Any) -> None:
    url = f"{LIST}{image.pk}/delete/"
    assert desk.get(url).status_code == 200
    save_revision(article=article, content={**article.content, "sections": with_picture(article, image)}, by=staff)
    assert desk.post(url, {"post": "yes"}).status_code == 403
    with pytest.raises(IntegrityError, match="a revision shows it"), transaction.atomic():
        image.delete()
    Image.objects.get(pk=image.pk)


def test_the_bytes_behind_an_address_never_change(image: Image) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE articles_imagefile SET data = 'x'")
    assert bytes(ImageFile.objects.get(format="png").data) == b"PNG"


def test_another_picture_is_no_typo_fix(article: Article, image: Image) -> None:
    assert is_typo_fix(article.content, article.content)
    assert not is_typo_fix(article.content, {**article.content, "sections": with_picture(article, image)})


def test_the_content_knows_each_licence() -> None:
    known = validator().schema["$defs"]["image"]["properties"]["licence"]["enum"]
    assert known == list(Image.Licence.values)


def test_ten_pictures_cost_no_more_trips_than_one(
    desk: Client, client: Client, article: Article, image: Image, staff: Any
) -> None:
    first, *others = with_picture(article, image)
    many = [first, *({**section, "image": image.as_content()} for section in others)]
    editor = f"/admin/articles/article/{article.pk}/"
    trips = []
    for sections in (many, [first, *others], many):
        shown(article, staff, sections=sections)
        fields = untouched(desk.get(f"{editor}change/"), "article_form")
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(f"{editor}change/").text.count('value="cells-drawn"') > 1
            assert "<figure" in desk.post(f"{editor}preview/", fields).text
            assert "<figure" in client.get(article.get_absolute_url()).text
        trips.append(len([query for query in asked if "articles_image" in query["sql"]]))
    # The first of all made warm what a process keeps.
    assert trips[1] == trips[2]


def test_an_editor_sees_the_pictures_that_there_are(desk: Client, article: Article, image: Image) -> None:
    page = desk.get(f"/admin/articles/article/{article.pk}/change/").text.partition('<ul class="pictures">')[2]
    assert f'src="{image.files.first().get_absolute_url()}"' in page  # type: ignore[union-attr]
    assert "<code>cells-drawn</code>" in page


def test_the_page_says_how_many_pictures_it_does_not_show(
    desk: Client, article: Article, image: Image, staff: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(2):
        files = [EncodedFile("png", 800, 400, b"PNG%d" % number)]
        add_image(image=Image(**{**FIELDS, "name": f"other-{number}"}), files=files, by=staff)
    monkeypatch.setattr(Library, "MOST_SHOWN", 1)
    page = desk.get(f"/admin/articles/article/{article.pk}/change/").text
    assert page.partition('<ul class="pictures">')[2].count("thumbnail") == 1
    assert "2 older pictures are not shown here" in page
    assert '<option value="cells-drawn">' in page


def test_a_preview_reads_no_picture_but_those_that_are_named(desk: Client, article: Article, image: Image) -> None:
    url = f"/admin/articles/article/{article.pk}/"
    typed = {**untouched(desk.get(f"{url}change/"), "article_form"), "sections-0-image": " cells-drawn"}
    with CaptureQueriesContext(connection) as asked:
        assert escape(ALT) in desk.post(f"{url}preview/", typed).text
    of_pictures = [query["sql"] for query in asked.captured_queries if 'FROM "articles_image" ' in query["sql"]]
    assert of_pictures
    assert all("WHERE" in sql for sql in of_pictures)


def test_what_pictures_and_dots_say_is_found_and_stands_in_feeds(
    client: Client, article: Article, image: Image, staff: Any
) -> None:
    dots = {"count": 3, "of": 100, "words": "people had a quokkaesque fever"}
    sections = [
        {**section, "icons": [dots], "image": image.as_content()} if section["kind"] == "harms" else section
        for section in article.content["sections"]
    ]
    shown(article, staff, sections=sections)
    for typed in ("quokkaesque", "bar for the 33 of 100"):
        assert article.get_absolute_url() in client.get("/research/search/", {"q": typed}).text
    feed = client.get("/research/feed/json/").json()
    [entry] = [item for item in feed["items"] if item["url"].endswith(article.get_absolute_url())]
    assert "<p>3 of 100 people had a quokkaesque fever</p>" in entry["content_html"]
    assert f"<p>Picture: {escape(ALT)}</p>" in entry["content_html"]


def test_what_a_picture_claims_to_show_is_looked_at_like_any_other_sentence(article: Article, image: Image) -> None:
    image.alt = "Cells that cure multiple sclerosis"
    found = claims_in({**article.content, "sections": with_picture(article, image)})
    assert "cure" in {claim.rule for claim in found}


def test_a_refusal_says_that_the_file_has_to_be_chosen_again(desk: Client) -> None:
    refused = upload(desk, saved(drawing(), "PNG"), licence="")
    assert (refused.status_code, Image.objects.count()) == (200, 0)
    assert "Choose the file again" in refused.text
    assert "Choose the file again" not in upload(desk, b"no picture").text

import re
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape
from PIL import Image

from articles.actions import open_notices
from articles.cards import HEIGHT, WIDTH, Card, build_card
from articles.models import Article, Paper, RetractionRecord
from foundation.models import ClinicProfile
from tests.articles.shown import shown

NAME = "Zoë O'Brien & Sons"
COLORS = tuple((name, "#0f5257") for name in ("paper", "ink", "soft", "brand", "warm"))
READABLE = tuple((name, "#ffffff" if name == "paper" else "#333333") for name, _color in COLORS)


def head(client: Client, article: Article) -> dict[str, str]:
    found = client.get(article.get_absolute_url()).text
    return dict(re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">', found))


def card_path(client: Client, article: Article) -> str:
    return head(client, article)["og:image"].removeprefix("http://127.0.0.1:8000")


def picture(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_an_article_that_is_shared_brings_a_card_that_says_what_kind_of_study_it_tells_of(
    client: Client, article: Article
) -> None:
    found = head(client, article)
    assert found["twitter:card"] == "summary_large_image"
    assert (found["og:image:width"], found["og:image:height"]) == ("1200", "630")
    words = found["og:image:alt"]
    assert words.startswith(escape(article.content["title"]))
    assert "Not medically reviewed" in words
    assert escape(article.content["study"]["design"].split(":")[0]) in words
    response = client.get(card_path(client, article))
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert "immutable" in response["Cache-Control"]
    assert Image.open(BytesIO(picture(response))).size == (WIDTH, HEIGHT)


def test_another_title_name_or_color_has_another_card_and_old_addresses_lead_to_it(
    client: Client, article: Article, staff: Any
) -> None:
    addresses = [card_path(client, article)]
    shown(article, staff, title="Another title")
    addresses.append(card_path(client, article))
    ClinicProfile.objects.update(name=NAME)
    addresses.append(card_path(client, article))
    ClinicProfile.objects.update(accent_color="#6b2d5c")
    addresses.append(card_path(client, article))
    assert len(set(addresses)) == 4
    for older in addresses[:3]:
        response = client.get(older)
        assert (response.status_code, response["Location"]) == (302, addresses[3])


@pytest.mark.parametrize(
    ("effect", "said"),
    [("overturns", "did not confirm"), ("weakens", "less certain"), ("supports", ""), (None, "")],
)
def test_a_card_looks_no_better_than_the_page(
    client: Client, article: Article, staff: Any, effect: str | None, said: str
) -> None:
    newer = {"effect": effect, "text": "A newer study.", "url": "https://example.org/newer"}
    shown(article, staff, newer_evidence=[newer] if effect else [])
    words = head(client, article)["og:image:alt"]
    assert said in words
    assert ("newer" in words.lower()) == bool(said)


OTHER = {"title": "Another", "doi": "10.5555/other"}


def noticed(number: int, nature: str, doi: str, on: str) -> None:
    RetractionRecord.objects.create(record_id=str(number), nature=nature, doi=doi, noticed_on=on)
    open_notices(Paper.objects.all())


def test_a_card_says_that_the_paper_is_retracted_whatever_was_said_last_of_another(
    client: Client, article: Article, staff: Any
) -> None:
    shown(article, staff, further_papers=[OTHER])
    own = Article.objects.get(pk=article.pk).paper
    assert own
    noticed(1, "retraction", own.doi or "", "2025-01-01")
    noticed(2, "retraction", OTHER["doi"], "2020-01-01")
    assert "The journal has retracted this paper" in head(client, article)["og:image:alt"]
    noticed(3, "reinstatement", OTHER["doi"], "2021-01-01")
    assert "The journal has retracted this paper" in head(client, article)["og:image:alt"]
    noticed(4, "concern", own.doi or "", "2026-01-01")
    assert "The journal has retracted this paper" in head(client, article)["og:image:alt"]
    noticed(5, "reinstatement", own.doi or "", "2026-02-01")
    assert "The journal" not in head(client, article)["og:image:alt"]


def test_a_card_says_which_paper_beside_its_own_is_retracted(client: Client, article: Article, staff: Any) -> None:
    shown(article, staff, further_papers=[OTHER])
    noticed(1, "retraction", OTHER["doi"], "2020-01-01")
    assert escape("has retracted this paper: “Another”") in head(client, article)["og:image:alt"]


def test_what_is_not_public_has_no_card(client: Client, article: Article) -> None:
    path = card_path(client, article)
    Article.objects.filter(pk=article.pk).update(state="withdrawn")
    assert client.get(path).status_code == 404
    assert client.get("/research/nothing/card-0123456789abcdef.png").status_code == 404


@pytest.mark.parametrize("title", ["#set $x$ [*_`\\", "W" * 160, "Cells in cirrhosis " * 8, NAME, " "])
def test_every_title_fits_on_one_card(title: str) -> None:
    long = {"clinic": NAME * 9, "warning": "A warning " * 30, "facts": ("A fact " * 30,) * 3}
    card = Card(title=title, language="en", colors=COLORS, **long)  # type: ignore[arg-type]
    assert Image.open(BytesIO(build_card(card))).size == (WIDTH, HEIGHT)


LONG = {
    "title": "Cells in cirrhosis, twelve months on " * 12,
    "warning": "The journal has retracted this paper: “" + "Mesenchymal cells in progressive disease " * 9 + "”",
    "fact": "Not medically reviewed" + ", in several centers and countries" * 15,
}


@pytest.mark.parametrize("name", LONG)
def test_what_a_card_has_no_room_for_is_cut_off_at_its_end_and_never_at_its_beginning(name: str) -> None:
    def card(**other: str) -> bytes:
        words = {"title": "Cells", "warning": "", "fact": "Not medically reviewed", name: LONG[name], **other}
        facts = (words["fact"], "Trial", "219 people")
        return build_card(Card(NAME, words["title"], words["warning"], facts, "en", READABLE))

    # Two pictures are the same where what differs was cut off.
    assert card() != card(**{name: LONG[name].replace(LONG[name][:3], "Now", 1)})

import re
from pathlib import Path

import pytest
from django.test import Client

from foundation.palette import contrast, of_the_sheet
from tests.test_architecture import ROOT

COLOUR = re.compile(r"#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})\b")
OWN = re.compile(r"--([\w-]+):\s*(#[0-9a-fA-F]{3,8});")
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
ON = {name: re.compile(rf"(?:^|[;\s]){name}:[^;]*?var\(--([\w-]+)\)") for name in ("color", "background")}
DARK = "prefers-color-scheme: dark"
GROUNDS = ("paper", "card", "tint")
# Said without a ground of their own, so wherever one of these lies behind them.
WORDS = ("ink", "soft", "brand", "brand-deep", "warm", "bad")


def schemes(text: str) -> dict[str, str]:
    light, dark = text.split(DARK, 1)
    return {"light": light, "dark": dark}


def palette() -> dict[str, dict[str, str]]:
    css = (ROOT / "static/palette.css").read_text(encoding="utf-8")
    return {scheme: dict(OWN.findall(part)) for scheme, part in schemes(css).items()}


def stylesheets() -> list[Path]:
    return [path for path in (ROOT / "static").glob("*.css") if path.name != "palette.css"]


def pairs_in_rules() -> set[tuple[str, str]]:
    """Each text and its ground that one rule of a stylesheet names."""
    found = set()
    for path in stylesheets():
        for _selector, rule in RULE.findall(path.read_text(encoding="utf-8")):
            words, ground = ON["color"].search(rule), ON["background"].search(rule)
            if words and ground:
                found.add((words[1], ground[1]))
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_word_can_be_read_on_its_ground(scheme: str) -> None:
    colours = palette()[scheme]
    pairs = pairs_in_rules() | {(words, ground) for words in WORDS for ground in GROUNDS} | {("ink", "sand")}
    faint = {
        (a, b): round(contrast(colours[a], colours[b]), 2) for a, b in pairs if contrast(colours[a], colours[b]) < 4.5
    }
    assert faint == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_edge_and_mark_can_be_told_from_its_ground(scheme: str) -> None:
    colours = palette()[scheme]
    marks = ["edge", "focus", *(name for name in colours if name.startswith("series-"))]
    faint = {
        (mark, ground) for mark in marks for ground in ("paper", "card") if contrast(colours[mark], colours[ground]) < 3
    }
    assert faint == set()


def test_both_schemes_have_each_colour() -> None:
    light, dark = palette().values()
    assert light.keys() == dark.keys()


@pytest.mark.parametrize("path", stylesheets(), ids=lambda path: path.name)
def test_a_stylesheet_takes_its_colours_from_the_palette(path: Path) -> None:
    css = path.read_text(encoding="utf-8")
    assert COLOUR.findall(css) == []
    # Where colours are forced upon the page, names of the system stand for ours.
    names = set(re.findall(r"--([\w-]+):", css.split("forced-colors")[0]))
    assert names & palette()["light"].keys() == set()


def test_the_palette_that_is_read_is_the_stylesheets() -> None:
    assert of_the_sheet()._asdict() == palette()


@pytest.mark.parametrize(
    "name",
    ["templates/emails/base.html", "templates/base.html", "enquiries/documents/packet.typ", "articles/site_files.py"],
)
def test_what_knows_no_custom_properties_is_given_the_colours_and_repeats_none(name: str) -> None:
    assert COLOUR.findall((ROOT / name).read_text(encoding="utf-8")) == []


def test_the_mark_has_the_colours_of_the_palette() -> None:
    colours = set(COLOUR.findall((ROOT / "static/mark.svg").read_text(encoding="utf-8")))
    assert colours <= set(palette()["light"].values())


@pytest.mark.parametrize("url", ["/", "/admin/", "/admin/enquiries/lead/numbers/", "/accounts/password/change/"])
def test_a_page_asks_for_the_palette_before_what_uses_it(desk: Client, first_content: None, url: str) -> None:
    page = desk.get(url).text
    sheet = page.index("palette.css")
    assert all(sheet < page.index(name) for name in ("site.css", "admin-skin.css", "numbers.css") if name in page)


def test_each_template_with_a_sheet_of_ours_has_the_palette_too() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html")]
    with_sheets = [text for text in texts if '"site.css"' in text or "}site.css" in text or '"admin-skin.css"' in text]
    assert [text.count("palette.css") for text in with_sheets] == [1] * len(with_sheets)

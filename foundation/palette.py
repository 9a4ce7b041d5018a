"""The one set of colors of site, staff pages, mails and packet: static/palette.css, with the two that a clinic chose.

Colors are written "#0f5257". Ratios are those of WCAG 2.2.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

SHEET = Path(__file__).parent.parent / "static" / "palette.css"
COLOR = re.compile(r"#[0-9a-f]{6}")
# Of words; below it people with weak eyes stop reading.
READABLE = 4.5
GROUNDS = ("paper", "card", "tint", "sand", "warm-tint", "bad-tint", "good-tint")
# Each word and its ground of which at least one is chosen. A test compares it with the stylesheets.
PAIRS = [
    *((words, ground) for words in ("brand", "brand-deep") for ground in GROUNDS),
    *(("on-brand", ground) for ground in ("brand", "brand-deep")),
]
BLACK, WHITE = "#000000", "#ffffff"

Tokens = Mapping[str, str]


class Palette(NamedTuple):
    """By the names of palette.css; for templates with underscores."""

    light: Tokens
    dark: Tokens


class Faint(NamedTuple):
    """Words that cannot be read. nearest: what the chosen color would have to be instead."""

    chosen: str
    other: str
    ratio: float
    nearest: str


@lru_cache
def of_the_sheet() -> Palette:
    light, dark = SHEET.read_text(encoding="utf-8").split("prefers-color-scheme: dark", 1)
    return Palette(*(dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", part)) for part in (light, dark)))


@lru_cache
def palette(accent: str = "", ink: str = "") -> Palette:
    """With the chosen accent and the ink on it, and what follows from them at night and under a pointer."""
    sheet = of_the_sheet()
    return Palette(
        with_both_names({**sheet.light, **chosen_by_day(accent, ink)}),
        with_both_names({**sheet.dark, **(chosen_by_night(accent) if accent else {})}),
    )


def chosen_by_day(accent: str, ink: str) -> dict[str, str]:
    of_accent = {"brand": accent, "brand-deep": mixed(accent, BLACK, 0.3), "series-0": accent} if accent else {}
    return of_accent | ({"on-brand": ink} if ink else {})


def chosen_by_night(accent: str) -> dict[str, str]:
    """The same hue, as light as words on dark ground have to be; what stands on it is the dark ink of the sheet."""
    dark = of_the_sheet().dark
    brand = nearest(accent, [dark[ground] for ground in GROUNDS], WHITE)
    return {"brand": brand, "brand-deep": mixed(brand, WHITE, 0.4), "series-0": brand}


def with_both_names(tokens: Tokens) -> Tokens:
    return {**tokens, **{name.replace("-", "_"): color for name, color in tokens.items()}}


def faint_accent(accent: str) -> Faint | None:
    """The ground on which it is hardest to read, if it is too hard."""
    light = of_the_sheet().light
    grounds = [light[ground] for ground in GROUNDS]
    worst = min(grounds, key=lambda ground: contrast(accent, ground))
    ratio = contrast(accent, worst)
    return Faint(accent, worst, ratio, nearest(accent, grounds, BLACK)) if ratio < READABLE else None


def faint_ink(accent: str, ink: str) -> Faint | None:
    """Of an accent that can be read on paper, whatever is darker bears light ink even better."""
    day = palette(accent, ink).light
    ratio = contrast(day["on-brand"], day["brand"])
    if ratio >= READABLE:
        return None
    return Faint(day["on-brand"], day["brand"], ratio, nearest(day["on-brand"], [day["brand"]], WHITE))


def nearest(color: str, grounds: list[str], toward: str) -> str:
    """The first on the way toward black or white that can be read on each of the grounds."""
    return next(found for found in on_the_way(color, toward) if is_readable(found, grounds))


def on_the_way(color: str, toward: str) -> Iterator[str]:
    yield from (mixed(color, toward, step / 100) for step in range(101))


def is_readable(color: str, grounds: list[str]) -> bool:
    return all(contrast(color, ground) >= READABLE for ground in grounds)


def mixed(color: str, other: str, share: float) -> str:
    parts = zip(parts_of(color), parts_of(other), strict=True)
    return "#" + "".join(f"{round(one * (1 - share) + two * share):02x}" for one, two in parts)


def parts_of(color: str) -> list[int]:
    return [int(color[at : at + 2], 16) for at in (1, 3, 5)]


def luminance(color: str) -> float:
    parts = [part / 255 for part in parts_of(color)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def stylesheet(accent: str, ink: str) -> str:
    """What is other than in palette.css, to stand behind it."""
    chosen, sheet = palette(accent, ink), of_the_sheet()
    day, night = (
        "".join(f"--{name}:{mine[name]};" for name, color in theirs.items() if mine[name] != color)
        for mine, theirs in zip(chosen, sheet, strict=True)
    )
    return f":root{{{day}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{night}}}}}\n"


def digest(accent: str, ink: str) -> str:
    """Of the stylesheet, so that its address changes with it; empty for a clinic that chose no color."""
    text = stylesheet(accent, ink)
    return hashlib.sha256(text.encode()).hexdigest()[:16] if accent or ink else ""

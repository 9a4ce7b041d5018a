"""The two colors that an owner chooses, and each word that is read in them or on them."""

import random
import re
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from PIL import Image, ImageColor

from clinic import pages
from enquiries import packet_content, sources
from enquiries.models import PacketVersion
from foundation.models import ClinicProfile
from foundation.palette import PAIRS, contrast, palette
from tests.browser_posts import untouched
from tests.clinic.test_pages_in_memory import get
from tests.clinic.test_palette import pairs_in_rules

PROFILE = "/admin/foundation/clinicprofile/1/change/"
PLUM = "#6b2d5c"


def choose(desk: Client, **fields: str) -> Any:
    return desk.post(PROFILE, {**untouched(desk.get(PROFILE), "clinicprofile_form"), **fields})


def tried(accent: str, ink: str) -> ClinicProfile:
    """As the form checks it, without the forty other fields."""
    profile = ClinicProfile(accent_color=accent, on_accent_color=ink)
    profile.clean()
    return profile


@pytest.fixture
def plum(desk: Client) -> Client:
    assert choose(desk, accent_color=PLUM.upper()).status_code == 302
    return desk


def sheet_of(page: str) -> str:
    [address] = re.findall(r'<link rel="stylesheet" href="(/colors/\w+\.css)">', page)
    assert (
        page.index("palette.css")
        < page.index(address)
        < page.index("theme-color" if "site.css" in page else "skin.css")
    )
    return str(address)


def test_site_and_staff_pages_ask_for_one_sheet_of_the_chosen_colors(plum: Client, client: Client) -> None:
    public, staff = client.get("/about/").text, plum.get("/admin/").text
    assert sheet_of(public) == sheet_of(staff)
    assert f'<meta name="theme-color" content="{PLUM}">' in public
    answer = client.get(sheet_of(public))
    assert answer["Content-Type"] == "text/css"
    assert "immutable" in answer["Cache-Control"]
    assert f"--brand:{PLUM};" in answer.text
    assert client.get("/manifest.webmanifest").json()["theme_color"] == PLUM


def favicon() -> Image.Image:
    return Image.open(BytesIO(get("/favicon.ico").body))


def test_the_icon_that_bookmarks_ask_for_is_of_the_chosen_colors_too(desk: Client) -> None:
    pages.forget()
    ours = get("/favicon.ico").body
    choose(desk, accent_color=PLUM, on_accent_color="#fffbe8")
    icon = favicon()
    assert icon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
    for side in (16, 32, 48):
        drawn = icon.ico.getimage((side, side)).convert("RGBA")  # type: ignore[attr-defined]
        assert drawn.getpixel((side // 2, side // 2)) == (*ImageColor.getrgb("#fffbe8"), 255)
        # Between its inner ring and its rim.
        assert drawn.getpixel((side // 2, side * 7 // 8)) == (*ImageColor.getrgb(PLUM), 255)
        assert drawn.getpixel((0, 0))[3] == 0
    choose(desk, accent_color="", on_accent_color="")
    assert get("/favicon.ico").body == ours


def test_who_chose_none_asks_for_nothing_more(client: Client, first_content: None) -> None:
    assert "/colors/" not in client.get("/about/").text
    assert client.get("/colors/0123456789abcdef.css").status_code == 404


def test_pages_that_were_held_show_the_next_choice_and_an_older_address_leads_to_it(plum: Client) -> None:
    pages.forget()
    before = sheet_of(get("/about/").body.decode())
    choose(plum, accent_color="#7a1f1f")
    after = sheet_of(get("/about/").body.decode())
    assert after != before
    assert b"#7a1f1f" in get(after).body
    held = pages.bytes_held()
    for older in (before, "/colors/0123456789abcdef.css"):
        assert (get(older).status, get(older).headers["Location"]) == (302, after)
    assert pages.bytes_held() == held


def test_the_mark_of_a_clinic_without_a_logo_is_drawn_in_them(plum: Client, client: Client) -> None:
    shown = client.get("/about/").text
    address = re.search(r'src="(/colors/[0-9a-f]{16}\.svg)"', shown)
    assert address
    assert f'href="{address[1]}"' in shown
    drawn = client.get(address[1]).text
    assert (f'fill="{PLUM}"' in drawn, palette().light["brand"] in drawn) == (True, False)
    assert client.get("/manifest.webmanifest").json()["icons"][0]["src"] == address[1]
    assert client.get("/colors/0123456789abcdef.svg")["Location"] == address[1]


def test_mails_are_written_in_them(plum: Client, ask: Any, deliver: Any, mailoutbox: list[Any]) -> None:
    ask()
    deliver()
    [(html, _kind)] = mailoutbox[0].alternatives
    assert f"background-color: {PLUM}" in html
    assert palette(PLUM).dark["brand"] in html
    assert palette().light["brand"] not in html


def test_the_packet_is_made_in_them_and_the_one_of_before_is_known_to_be_older(plum: Client) -> None:
    assert packet_content.contents(2)["colors"]["brand"] == PLUM
    changes = {change.kind for change in sources.changes(PacketVersion.objects.defer("pdf").get())}
    assert changes == {sources.ChangeKind.LOOK}


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"accent_color": "#e0b000"}, "Words in #e0b000 cannot be read on"),
        ({"accent_color": PLUM, "on_accent_color": "#9a8f60"}, "Words in #9a8f60 cannot be read on #6b2d5c"),
        ({"accent_color": "teal"}, "Write a color as #"),
        ({"accent_color": "#12345g"}, "Write a color as #"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_ratio_and_the_nearest_that_can(
    desk: Client, fields: dict[str, str], why: str
) -> None:
    refused = choose(desk, **fields)
    assert why in refused.text
    assert ClinicProfile.objects.get().accent_color == ""
    for ratio, nearest in re.findall(r"contrast is (\d\.\d\d) to 1.*?read is (#\w{6})\.", refused.text, re.DOTALL):
        assert float(ratio) < 4.5
        last = [*fields][-1]
        assert choose(desk, **{**fields, last: nearest}).status_code == 302
        assert getattr(ClinicProfile.objects.get(), last) == nearest


def test_of_two_hundred_palettes_each_is_refused_or_can_be_read_by_day_and_night() -> None:
    dice, accepted = random.Random(19), 0
    for number in range(200):
        # Half of them as dark as owners mostly choose.
        accent = "#" + "".join(f"{dice.randrange(110 if number % 2 else 256):02x}" for _part in range(3))
        ink = f"#{dice.randrange(200, 256):02x}{dice.randrange(200, 256):02x}{dice.randrange(200, 256):02x}"
        try:
            chosen = tried(accent, ink).palette
        except ValidationError:
            continue
        accepted += 1
        for scheme in chosen:
            faint = [pair for pair in PAIRS if contrast(*(scheme[name] for name in pair)) < 4.5]
            assert faint == [], (accent, ink)
    assert 60 < accepted < 200


def test_each_pair_of_a_chosen_color_that_a_stylesheet_uses_is_looked_at() -> None:
    chosen = {"brand", "brand-deep", "on-brand"}
    assert {pair for pair in pairs_in_rules() if chosen & set(pair)} <= set(PAIRS)

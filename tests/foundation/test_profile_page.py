import re
from datetime import time
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory

from foundation import time_zones
from foundation.models import ClinicProfile, OpeningHours
from tests.browser_posts import untouched

URL = "/admin/foundation/clinicprofile/1/change/"
TABLES = {
    "iso3166.tab": "# code\tname\nDE\tGermany\nUS\tUnited States\nFR\tFrance\n",
    "zone.tab": "DE\t+5230\tEurope/Berlin\nUS\t+4042\tAmerica/New_York\nUS\t+3403\tAmerica/Los_Angeles\tPacific\n",
}


@pytest.fixture
def tables(tmp_path, monkeypatch: pytest.MonkeyPatch):
    """Two countries, on a machine that may have none."""
    for name, rows in TABLES.items():
        (tmp_path / name).write_text(rows, encoding="utf-8")
    monkeypatch.setattr(time_zones, "TZPATH", (str(tmp_path),))
    for known in (time_zones.countries, time_zones.zones):
        known.cache_clear()
    yield
    for known in (time_zones.countries, time_zones.zones):
        known.cache_clear()


class Inputs(HTMLParser):
    """What has no name to who hears the page: neither a label nor words of its own."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.labelled: set[str] = set()
        self.fields: list[dict[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes) -> None:
        found = {name: value or "" for name, value in attributes}
        if tag == "label":
            self.labelled.add(found.get("for", ""))
        elif tag in ("input", "select", "textarea") and found.get("type") not in ("hidden", "submit"):
            self.fields.append(found)

    def nameless(self) -> list[str]:
        named = [field for field in self.fields if field.get("aria-label") or field.get("id") in self.labelled]
        return [field.get("name", "") for field in self.fields if field not in named]


def page(desk: Client) -> str:
    return desk.get(URL).content.decode()


def test_every_field_and_every_row_has_a_label(desk: Client) -> None:
    inputs = Inputs(page(desk))
    assert len(inputs.fields) > 40
    assert inputs.nameless() == []


def test_each_field_stands_in_one_section_and_sections_open_without_a_script(desk: Client, staff) -> None:
    request = RequestFactory().get(URL)
    request.user = staff
    profile_admin = admin.site._registry[ClinicProfile]
    profile = ClinicProfile.objects.get()
    placed = [name for _title, section in profile_admin.get_fieldsets(request, profile) for name in section["fields"]]
    assert sorted(placed) == sorted(profile_admin.get_fields(request, profile))
    shown = page(desk).partition('id="clinicprofile_form"')[2]
    assert shown.count("<details>") >= 5
    assert shown.index('name="phone"') < shown.index("<details>")


def test_markdown_is_explained_where_it_is_written(desk: Client) -> None:
    shown = page(desk)
    assert shown.count("Written in Markdown") == 2
    assert shown.index("Written in Markdown") < shown.index('name="home_text"')


def test_what_is_not_known_is_asked_for_before_what_is(desk: Client) -> None:
    shown = page(desk)
    assert shown.index('name="unknown"') < shown.index('name="known"')


def test_hours_that_overlap_are_said_and_refused_to_nobody(desk: Client) -> None:
    assert "overlap" not in page(desk)
    form = untouched(desk.get(URL), "clinicprofile_form")
    row = {"opening_hours-5-weekday": 0, "opening_hours-5-opens": "16:00", "opening_hours-5-closes": "18:00"}
    assert desk.post(URL, {**form, **row}).status_code == 302
    assert "Two rows of Monday overlap: from 9 a.m. and from 4 p.m." in page(desk)


def test_hours_that_only_touch_or_stand_on_two_days_do_not_overlap(desk: Client) -> None:
    OpeningHours.objects.create(profile_id=1, weekday=0, opens=time(17), closes=time(0))
    OpeningHours.objects.create(profile_id=1, weekday=5, opens=time(16), closes=time(0))
    assert "overlap" not in page(desk)


@pytest.mark.parametrize(
    ("address", "zone", "is_said"),
    [
        ("1 Way\nBerlin\nGermany", "America/New_York", True),
        ("1 Way, Berlin, GERMANY.", "Europe/Berlin", False),
        # By another name, or in another country with the same clock.
        ("1 Way, Berlin, Germany", "Europe/Paris", False),
        ("100 Example Avenue, New York, NY 10000", "Europe/Berlin", True),
        ("100 Example Avenue, New York, NY 10000", "US/Eastern", False),
        ("100 Example Avenue, New York, NY 10000", "America/Los_Angeles", False),
        # Nobody knows its zones, or which country that is.
        ("1 Way, Paris, France", "UTC", False),
        ("1 Way, Somewhere", "UTC", False),
        ("", "UTC", False),
    ],
)
def test_a_time_zone_of_no_clock_in_the_country_of_the_address_is_said(
    desk: Client, tables: None, address: str, zone: str, is_said: bool
) -> None:
    ClinicProfile.objects.update(postal_address=address, time_zone=zone)
    assert ("where no clock goes as that of" in page(desk)) == is_said


@pytest.mark.parametrize(
    ("country", "paper", "is_said"),
    [("Germany", "us-letter", True), ("Germany", "a4", False), ("USA", "a4", True), ("Nowhere", "a4", False)],
)
def test_paper_that_the_country_does_not_print_on_is_said(
    desk: Client, tables: None, country: str, paper: str, is_said: bool
) -> None:
    ClinicProfile.objects.update(postal_address=f"1 Way, Berlin, {country}", paper=paper)
    assert ("and the packet is made for" in page(desk)) == is_said


def test_without_the_tables_of_zones_nobody_is_warned(monkeypatch: pytest.MonkeyPatch, tables: None) -> None:
    monkeypatch.setattr(time_zones, "TZPATH", ())
    assert time_zones.fits(ZoneInfo("UTC"), time_zones.country_in("New York, NY 10000"), 2026)


def links_of(answer: str) -> dict[str, str]:
    """Of the list at the top: where each leads, and what it says."""
    listed = answer.partition('id="mistakes"')[2].partition("</nav>")[0]
    return dict(re.findall(r'<a href="#([^"]+)">([^<]+)</a>', listed))


def test_whatever_is_refused_is_listed_at_the_top_with_a_way_there(desk: Client) -> None:
    form = untouched(desk.get(URL), "clinicprofile_form")
    wrong = {"email": "no address", "price_low": "-3", "opening_hours-0-weekday": "9", "holidays-0-day": "no day"}
    answer = desk.post(URL, {**form, **wrong}).text
    links = links_of(answer)
    assert {f"id_{name}" for name in wrong} <= set(links)
    assert [found for found in links if f'id="{found}"' not in answer] == []
    assert re.search(r'<nav [^>]*id="mistakes"[^>]*autofocus', answer)
    assert answer.index('id="mistakes"') < answer.index('id="id_name"')
    assert 'id="mistakes"' not in page(desk)


def test_what_is_wrong_with_a_whole_row_is_listed_too(desk: Client) -> None:
    form = untouched(desk.get(URL), "clinicprofile_form")
    turned = {"opening_hours-0-opens": "18:00", "opening_hours-0-closes": "09:00"}
    answer = desk.post(URL, {**form, **turned}).text
    assert [found for found in links_of(answer) if f'id="{found}"' in answer] == ["opening_hours-0"]
    assert answer.count("Closing comes after opening.") == 2


def test_a_row_that_goes_is_no_mistake(desk: Client) -> None:
    form = untouched(desk.get(URL), "clinicprofile_form")
    gone = {"opening_hours-0-opens": "18:00", "opening_hours-0-closes": "09:00", "opening_hours-0-DELETE": "on"}
    answer = desk.post(URL, {**form, **gone, "opening_hours-1-closes": "late", "opening_hours-1-weekday": "9"}).text
    listed = links_of(answer)
    assert [found for found in listed if found.startswith("opening_hours-0") or "_hours-0-" in found] == []
    assert {"id_opening_hours-1-closes", "id_opening_hours-1-weekday"} <= set(listed)
    assert ", 2: " in listed["id_opening_hours-1-closes"]


def test_what_no_field_alone_is_wrong_with_is_listed_too(desk: Client) -> None:
    form = untouched(desk.get(URL), "clinicprofile_form")
    answer = desk.post(URL, {**form, "price_low": "30", "price_high": "20"}).text
    listed = answer.partition('id="mistakes"')[2].partition("</nav>")[0]
    assert "<li>A price is told whole or not at all" in listed


def test_each_label_leads_to_a_field_that_is_seen(desk: Client) -> None:
    shown = page(desk)
    hidden = re.findall(r'<input type="hidden"[^>]* id="([^"]+)"', shown)
    assert {"id_logo_kept", "id_icon_kept"} <= set(hidden)
    assert set(re.findall(r'<label[^>]* for="([^"]+)"', shown)).isdisjoint(hidden)

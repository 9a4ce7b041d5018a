"""What is understood from the cells of a list."""

import gc
import tracemalloc
from datetime import date
from typing import Any

import pytest
from django.utils.translation import override, trans_real

from enquiries.actions.imports import columns, country_names, telephones
from enquiries.actions.imports.candidates import same_name
from enquiries.actions.imports.columns import CountryWidget, DayWidget, PhoneWidget, addresses, by_field
from enquiries.actions.imports.faults import Unreadable
from enquiries.actions.imports.stops import stop_of

pytestmark = pytest.mark.pure

COUNTRIES = {
    "AE": "UAE|U.A.E.|Emirates|United Arab Emirates|VAE",
    "AT": "Österreich|Oesterreich|Autriche|AUT|at",
    "BA": "Bosnia|Bosnia and Herzegovina",
    "BR": "Brasil|Brésil|Brasilien",
    "CH": "Schweiz|Suisse|Svizzera|Switzerland",
    "CI": "Ivory Coast|Côte d'Ivoire",
    "CZ": "Czech Republic|Czechia|Tschechien",
    "DE": "Deutschland|Germany|Allemagne|Alemania|Alemanha|Germania|Duitsland|Niemcy|Almanya|BRD|D|DEU",
    "ES": "España|Spanien|Espagne|Hiszpania|İspanya",
    "GB": "UK|U.K.|Great Britain|England|Scotland|Wales|Northern Ireland|Großbritannien|Reino Unido|United Kingdom",
    "IE": "Republic of Ireland|Éire|Irland|Irlande",
    "KR": "South Korea|Korea|Republic of Korea|Südkorea",
    "NL": "Holland|The Netherlands|Netherlands|Niederlande|Pays-Bas|Nederland|Paesi Bassi",
    "RU": "Russia|Russian Federation|Russland",
    "TR": "Turkey|Türkiye|Türkei|Turquie",
    "TW": "Taiwan",
    "US": "USA|U.S.A.|United States|United States of America|The United States|America|US of A|Vereinigte Staaten|EUA",
    "VN": "Vietnam|Viet Nam",
    "BS": "Bahamas|The Bahamas",
    "CD": "DRC|DR Congo|Congo-Kinshasa",
    "MK": "Macedonia|North Macedonia",
    "SA": "KSA|Saudi Arabia|Saudi-Arabien",
    "VA": "Vatican",
}
SPELLINGS = [(code, name) for code, names in COUNTRIES.items() for name in names.split("|")]


@pytest.mark.parametrize(("code", "name"), SPELLINGS)
def test_a_country_is_known_by_how_people_write_it(code: str, name: str) -> None:
    assert CountryWidget().clean(f" {name} ") == code


class Shouting(trans_real.DjangoTranslation):
    def gettext(self, message: str) -> str:
        return message.upper() + "!"


def test_a_country_is_known_whatever_language_is_read_by_whoever_asks_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(trans_real._translations, "es", Shouting("es"))
    country_names.names.cache_clear()
    with override("es"):
        assert country_names.names()["deutschland"] == "DE"


DAYS = ["31-05-2026", "31-May-26", "31-May-2026", "31 May 26", "May 31, 2026", "2026/05/31 3:04:05 PM GMT+2"]
DAYS += ["5/31/2026 15:04:05", "31.05.26", "2026-05-31T15:00:00", "2026-05-31 15:00", "31. May 2026", "20260531"]
# A midnight that went through another program: Madrid by SheetJS, Berlin and New York by exceljs.
DAYS += ["2026-05-30 23:59:16", "2026-05-30 22:00:00", "2026-05-31 05:00:00", "2026-05-31T22:00:00-04:00"]


DAYS += ["31. Mai 2026", "31 mai 2026", "31 de mayo de 2026", "31 maggio 2026", "31 de maio de 2026", "31-mei-26"]
DAYS += ["31 maja 2026", "31 Mayıs 2026", "31 MAI 26", "May 31st, 2026", "31.Mai.2026", "31 mai 2026 15:04"]


@pytest.mark.parametrize("text", DAYS)
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert DayWidget().clean(text) == date(2026, 5, 31)


MONTHS = {
    "de": "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember",
    "at": "Jänner|Feber|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez",
    "fr": "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre",
    "es": "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre",
    "it": "gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre",
    "pt": "janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro",
    "nl": "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december",
    "pl": "stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia",
    "tr": "Ocak|Şubat|Mart|Nisan|Mayıs|Haziran|Temmuz|Ağustos|Eylül|Ekim|Kasım|Aralık",
}


@pytest.mark.parametrize("language", MONTHS)
def test_months_are_known_in_the_languages_of_the_headings(language: str) -> None:
    for number, name in enumerate(MONTHS[language].split("|"), 1):
        assert DayWidget().clean(f"4 {name} 2026") == date(2026, number, 4)


@pytest.mark.parametrize("text", ["03-04-2026", "3/4/26", "soon", "31-31-2026", "1026-05-31"])
def test_a_day_that_may_be_another_one_is_none(text: str) -> None:
    with pytest.raises(Unreadable):
        DayWidget().clean(text)


def test_a_telephone_that_a_spreadsheet_rounded_is_none_and_says_how_to_mend_it() -> None:
    for text in ("4.91701E+11", "4,91701E+11", "4E11"):
        with pytest.raises(Unreadable, match="rounded_number"):
            PhoneWidget(40).clean(text)


TELEPHONES = {
    "tel:+49(0)30 901820": "+49(0)30 901820",
    "Tel: 030 901820": "030 901820",
    "+49 30 901820; +49 170 1234567": "+49 30 901820; +49 170 1234567",
    "+49 30 901820": "+49 30 901820",
}


@pytest.mark.parametrize(("cell", "kept"), TELEPHONES.items())
def test_a_telephone_stays_as_it_is_written_but_for_what_makes_it_a_link(cell: str, kept: str) -> None:
    assert by_field(["phone"], [cell]) == {"phone": kept}


def test_the_first_of_several_is_used_and_the_others_are_kept() -> None:
    cells = by_field(
        ["email", "other_email", "phone", "phone", "country", "country"],
        ["zoe@example.org ::: z@example.org", "zoe@work.example.org", "", "030 901820 ::: 0170 1234567", "", "DE"],
    )
    assert (cells["email"], cells["phone"], cells["country"]) == ("zoe@example.org", "030 901820", "DE")
    assert cells["others"].split("\n") == ["z@example.org", "zoe@work.example.org", "0170 1234567"]
    assert by_field(["email", "other_email"], ["", "second@example.org"])["email"] == "second@example.org"


ADDRESSES = [
    ("a@example.org; b@example.org", ["a@example.org", "b@example.org"]),
    ("a@example.org, b@example.org", ["a@example.org", "b@example.org"]),
    ("a@example.org\nb@example.org", ["a@example.org", "b@example.org"]),
    ("Zoë O'Brien & Sons <zoe@example.org>", ["zoe@example.org"]),
    ("<a@example.org>; Zoë <b@example.org>", ["a@example.org", "b@example.org"]),
    # Half of a slip of the finger is the address of somebody else.
    ("zoe,obrien@example.org", ["zoe,obrien@example.org"]),
    ("zoe obrien@example.org", ["zoe obrien@example.org"]),
    ("n/a", ["n/a"]),
]


@pytest.mark.parametrize(("cell", "found"), ADDRESSES)
def test_several_addresses_in_a_cell_are_told_apart(cell: str, found: list[str]) -> None:
    assert addresses(cell) == found


SPELLED = ["+49 30 901820", "0049 30 901820", "030 901820", "+49 (0)30 901820", "tel:+49(0)30901820", "030/90 18 20"]


@pytest.mark.parametrize("spelled", SPELLED)
@pytest.mark.parametrize("stored", SPELLED)
def test_a_number_is_looked_for_in_each_of_its_spellings(spelled: str, stored: str) -> None:
    assert telephones.same(spelled) == telephones.same(stored)
    assert telephones.digits(stored)[-9:] in telephones.ends(telephones.plain(spelled))


@pytest.mark.parametrize("name", ["Müller, Zoë", "Zoe Mueller", "ZOË MÜLLER", "Zoë  Muller"])
def test_a_name_is_the_same_in_each_of_its_spellings(name: str) -> None:
    assert same_name(name) == same_name("Zoë Müller")
    assert same_name(name) != same_name("Zoë Miller")


STOPS = [
    ("stopped", "yes", "says_stop"),
    ("stopped", "TRUE", "says_stop"),
    ("stopped", "1", "says_stop"),
    ("stopped", "x", "says_stop"),
    ("stopped", "2024-05-31 10:00:00", "says_stop"),
    ("stopped", "Too many mails", "says_stop"),
    ("stopped", "ja", "says_stop"),
    ("bounced", "UNKNOWN_USER", "says_dead"),
    ("bounced", "2024-05-31", "says_dead"),
    ("may_mail", "no", "says_stop"),
    ("may_mail", "FALSE", "says_stop"),
    ("may_mail", "0", "says_stop"),
    ("may_mail", "nein", "says_stop"),
    ("may_mail", "opted out", "says_stop"),
    ("status", "Unsubscribed", "says_stop"),
    ("status", "un-subscribed (2024)", "says_stop"),
    ("status", "Do not contact", "says_stop"),
    ("status", "DO_NOT_CONTACT", "says_stop"),
    ("status", "blocklisted", "says_stop"),
    ("status", "vip, opted out", "says_stop"),
    ("status", "abgemeldet", "says_stop"),
    ("status", "désinscrit", "says_stop"),
    ("status", "baja", "says_stop"),
    ("status", "cleaned", "says_dead"),
    ("status", "Hard bounced", "says_dead"),
    ("status", "Bounced (mailbox unknown)", "says_dead"),
    ("status", "complained", "says_complaint"),
    ("stopped", "marked as spam", "says_complaint"),
]


@pytest.mark.parametrize(("field", "cell", "code"), STOPS)
def test_what_the_list_says_of_stopping_is_heeded(field: str, cell: str, code: str) -> None:
    stop = stop_of({"email": "zoe@example.org", field: cell})
    assert stop is not None
    assert stop.code == code
    assert stop.data["value"] in cell


NO_STOPS = [
    *(("stopped", cell) for cell in ("", "no", "false", "0", "-", "nein", "never", "Subscribed", "n/a", "\n")),
    *(("bounced", cell) for cell in ("", "no", "0", "0.0", "none")),
    *(("may_mail", cell) for cell in ("", "yes", "true", "1", "2024-05-31", "Subscribed")),
    *(("status", cell) for cell in ("", "Subscribed", "new", "Open", "Baja California", "no", "yes")),
]


@pytest.mark.parametrize(("field", "cell"), NO_STOPS)
def test_what_says_nothing_of_stopping_stops_nobody(field: str, cell: str) -> None:
    assert stop_of({"email": "zoe@example.org", field: cell}) is None


def test_who_has_no_address_may_not_be_mailed_and_that_is_all() -> None:
    assert stop_of({"phone": "030 901820", "may_mail": "no"}) is None
    assert stop_of({"phone": "030 901820", "stopped": "yes"}) is not None


def test_each_field_is_one_that_a_column_may_be() -> None:
    assert set(columns.LABELS) >= columns.SEVERAL


@pytest.mark.parametrize("understand", [columns.address_of, country_names.country_code])
def test_long_cells_that_are_nothing_are_not_kept_in_memory(understand: Any) -> None:
    understand("Austria")
    tracemalloc.start()
    for number in range(100):
        # One such letter, and Python holds all of them in four bytes each.
        assert not understand(f"\U0001f3e5 {number}" + "x" * 9_000)
    gc.collect()
    held, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Kept, they would be 3.6 MB.
    assert held < 1_000_000

"""How days and times are written: by the language of the reader, in one place, and by the clinic's clock."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone, translation

from articles.models import Article
from clinic import pages
from clinic.dev_samples import SAMPLES
from enquiries import sources
from enquiries.packet_content import contents
from foundation import days
from foundation.models import ClinicProfile
from mailings.emails import written
from newsletters.models import Digest
from tests.browser_posts import untouched
from tests.clinic.test_demo_name_gone import PROFILE
from tests.clinic.test_pages_in_memory import get

ROOT = Path(__file__).parents[2]
ROOMS = ("articles", "clinic", "desk", "enquiries", "foundation", "mailings", "newsletters")
# What Django keeps for each language; and what only machines read.
NAMED = {"DATE_FORMAT", "DATETIME_FORMAT", "TIME_FORMAT", "YEAR_MONTH_FORMAT", "MONTH_DAY_FORMAT"}
FOR_MACHINES = {"Y-m-d", "Y-m-d\\TH:i:sO", "c"}
# A name of a day by itself has no order that a language could want otherwise.
NAMES = {"l", "D"}
OF_TEMPLATES = re.compile(r"""\|(?:date|time|day):["']([^"']+)|{% now ["']([^"']+)""")
OF_PYTHON = re.compile(r"""\b(?:(?:date|time)_format|day)\((?:[^()]|\([^()]*\))*?,\s*["']([^"']+)""")


def patterns() -> set[tuple[str, str]]:
    templates = [(path, OF_TEMPLATES) for path in (ROOT / "templates").rglob("*.*")]
    modules = [(path, OF_PYTHON) for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    return {
        (path.name, "".join(found.groups(default="")))
        for path, of in [*templates, *modules]
        for found in of.finditer(path.read_text(encoding="utf-8"))
    }


@pytest.mark.pure
def test_nothing_writes_a_date_in_a_pattern_of_its_own() -> None:
    found = patterns()
    assert {name for _file, name in found} >= NAMED - {"TIME_FORMAT"}
    assert {(file, name) for file, name in found if name not in NAMED | FOR_MACHINES | NAMES} == set()


# Each of the two is another day where the other is.
@pytest.mark.parametrize(
    ("zone", "at", "said", "told"),
    [
        ("America/New_York", datetime(2026, 1, 2, 3, 0, tzinfo=UTC), "Jan. 1, 2026", "2026-01-01"),
        ("Pacific/Auckland", datetime(2026, 1, 1, 22, 0, tzinfo=UTC), "Jan. 2, 2026", "2026-01-02"),
    ],
)
def test_the_days_of_a_public_page_are_those_of_the_clinic(
    first_content: None, zone: str, at: datetime, said: str, told: str
) -> None:
    ClinicProfile.objects.update(time_zone=zone)
    Article.objects.filter(slug="harms-of-cells-in-spinal-fluid").update(published_at=at)
    pages.forget()
    page = get("/research/harms-of-cells-in-spinal-fluid/").body.decode()
    assert f'Published <time datetime="{told}">{said}</time>' in " ".join(page.split())
    assert f'"datePublished": "{told}"' in page
    assert timezone.get_current_timezone_name() == "UTC"


def test_a_page_of_an_empty_database_has_a_clock_too(client: Client, db: None) -> None:
    ClinicProfile.objects.all().delete()
    assert client.get("/about/").status_code == 200


WRITTEN = {
    "": ("Jan. 24, 2026", "%B %Y"),
    "month_first": ("January 24, 2026", "%B %Y"),
    "day_first": ("24 January 2026", "%B %Y"),
    "numbers": ("2026-01-24", "%Y-%m"),
}
AT = datetime(2026, 1, 24, 17, 0, tzinfo=UTC)
HARMS = "harms-of-cells-in-spinal-fluid"


def choose(desk: Client, dates: str) -> None:
    fields = untouched(desk.get(PROFILE), "clinicprofile_form")
    assert desk.post(PROFILE, {**fields, "dates": dates}).status_code == 302
    Article.objects.filter(slug=HARMS).update(published_at=AT)
    pages.forget()


@pytest.mark.parametrize("dates", WRITTEN)
def test_a_clinic_chooses_how_english_writes_days_on_pages_in_mails_and_in_the_packet(
    first_content: None, desk: Client, dates: str
) -> None:
    choose(desk, dates)
    day, month = WRITTEN[dates]
    assert f">{day}</time>" in get(f"/research/{HARMS}/").body.decode()
    subject = written(SAMPLES["newsletter_digest"]()).subject
    assert subject.endswith(f" in {Digest.objects.get().month:{month}}")
    assert contents(1)["version_label"].endswith(f", {ClinicProfile.objects.current().today():{month}}")
    with translation.override("de"):
        assert days.day(AT) == "24. Januar 2026"


def test_a_packet_that_writes_days_as_before_is_called_older(first_content: None, desk: Client) -> None:
    before = sources.fingerprint()
    assert before["look"] == sources.digest(["", "", "us-letter"])
    choose(desk, "day_first")
    found = list(sources.changes_of_profile(before, sources.fingerprint()))
    assert [change.kind for change in found] == [sources.ChangeKind.LOOK]


def test_staff_pages_write_days_as_before_and_the_preview_as_it_is_typed(desk: Client) -> None:
    choose(desk, "day_first")
    assert "Jan. 24, 2026" in desk.get(f"/admin/articles/article/?q={HARMS}").text
    fields = untouched(desk.get(PROFILE), "clinicprofile_form")
    seen = desk.post("/admin/foundation/clinicprofile/preview/site/", {**fields, "dates": "numbers"}).text
    assert f"Days are written like this: {ClinicProfile.objects.current().today().isoformat()}" in seen

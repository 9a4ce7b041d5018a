import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.test import Client
from PIL import Image

from clinic.models import JobTick

ROOT = Path(__file__).parents[2]
PAGES = [*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]


def test_each_metric_is_explained_and_each_explained_one_is_there(client: Client, db: None) -> None:
    JobTick.objects.create(job="deliver-mail", ticked_at="2026-01-01T00:00:00Z")
    client.get("/about/")
    shown = set(re.findall(r"^# TYPE (clinic_\w+?)(?:_created)? ", client.get("/metrics").text, re.MULTILINE))
    explained = set(re.findall(r"`(clinic_\w+)", (ROOT / "docs/operating.md").read_text()))
    assert {name.removesuffix("_total") for name in explained} == {name.removesuffix("_total") for name in shown}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_named_exists(page: Path) -> None:
    named = set(re.findall(r"(?:manage\.py|\./run manage) ([a-z_]{3,})", page.read_text()))
    assert named - set(get_commands()) == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_that_is_linked_exists(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_that_is_named_is_there(page: Path) -> None:
    named = set(re.findall(r"`(test_\w+)`", page.read_text()))
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name in sorted(named) if f"def {name}(" not in tests] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_is_named_is_there(page: Path) -> None:
    rooms = "|".join(path.parent.name for path in ROOT.glob("*/apps.py"))
    named = set(re.findall(rf"`((?:{rooms}|templates|static|tests|bench)/[\w./-]*)`", page.read_text()))
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def rows_of_promises() -> list[str]:
    section = (ROOT / "docs/security.md").read_text().split("## Each promise and its tests")[1].split("\n## ")[0]
    return [line for line in section.splitlines() if line.startswith("| ")][1:]


def test_each_promise_names_a_test() -> None:
    rows = rows_of_promises()
    assert rows
    assert [row for row in rows if not re.search(r"`test_\w+`", row.rstrip("| ").rpartition("|")[2])] == []


@pytest.mark.pure
def test_the_pictures_of_the_first_hour_are_each_shown_and_small() -> None:
    named = set(re.findall(r"\]\(pictures/([\w-]+\.webp)\)", (ROOT / "docs/first-hour.md").read_text()))
    made = {path.name: path for path in (ROOT / "docs/pictures").glob("first-hour-*.webp")}
    assert named == set(made)
    for path in made.values():
        with Image.open(path) as picture:
            assert picture.width <= 1000
        assert path.stat().st_size < 60_000

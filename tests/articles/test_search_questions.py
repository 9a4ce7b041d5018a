import csv
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from articles.models import Article, Topic
from tests.articles.shown import shown

FOLDER = Path(__file__).parent


def section(kind: str, body: str) -> dict[str, str]:
    return {"kind": kind, "heading": kind.replace("_", " ").capitalize(), "body": body}


def content_of(sample: dict[str, Any]) -> dict[str, Any]:
    """What every article has besides, in words that no question is about."""
    told = dict.fromkeys(("participants", "control", "blinding", "follow_up", "main_result"), "As the paper says")
    told |= dict.fromkeys(("uncertainty", "harms", "limits", "funding"), "As the paper says")
    study = told | {name: sample[name] for name in ("design", "cell_source", "route")}
    citation = {"title": sample["title"], "year": 2024}
    citation |= {name: sample[name] for name in ("doi", "pmid", "nct", "authors", "journal") if name in sample}
    bodies = {"bottom_line": sample["summary"], "study": sample["body"], "findings": "Told above."}
    bodies |= {"harms": "Told in the paper.", "limits": "Few took part, and nobody knows what happened to them later."}
    sections = [section(kind, body) for kind, body in bodies.items()]
    return {**{name: sample[name] for name in ("title", "summary", "topics")}, "study": study} | {
        "citation": citation,
        "sections": sections,
    }


@pytest.fixture
def many_subjects(first_content: None, staff: Any) -> None:
    samples = tomllib.loads((FOLDER / "search_articles.toml").read_text(encoding="utf-8"))
    for topic in samples["topics"]:
        Topic.objects.get_or_create(slug=topic["slug"], defaults=topic)
    for sample in samples["articles"]:
        shown(Article.objects.create(slug=sample["slug"]), staff, **content_of(sample))


def first_found(client: Client, question: str) -> str:
    page = client.get("/research/search/", {"q": question}).text.partition('id="found"')[2]
    _before, _start, after = page.partition('<h3><a href="/research/')
    return after.partition("/")[0]


def test_what_patients_type_brings_the_right_summary_first(client: Client, many_subjects: None) -> None:
    with (FOLDER / "search_questions.csv").open(encoding="utf-8", newline="") as file:
        wanted = {row["question"]: row["first"] for row in csv.DictReader(file)}
    assert len(wanted) >= 60
    found = {question: first_found(client, question) for question in wanted}
    assert found == wanted

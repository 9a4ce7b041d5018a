"""A study that was retracted or overturned must not look like good evidence on paper."""

from typing import Any

import pytest
from django.test import Client

from articles.models import Article, PaperNotice, RetractionRecord
from enquiries import packet_content, sources
from enquiries.first_content import make_version
from enquiries.models import Packet
from foundation.models import ClinicProfile

RETRACTED = "The journal has retracted this paper"
OVERTURNED = "A newer study did not confirm this result"


@pytest.fixture
def article(first_content: None) -> Article:
    return Article.objects.get(slug="cord-cells-advanced-liver-cirrhosis")


def printed(article: Article) -> dict[str, Any]:
    found = packet_content.contents(2)["articles"]
    return next(each for each in found if each["url"].endswith(article.get_absolute_url()))


def notice(article: Article, nature: str) -> None:
    record = RetractionRecord.objects.create(record_id=nature, nature=nature, noticed_on="2026-01-24")
    PaperNotice.objects.create(paper=article.paper, record=record)


def with_content(article: Article, monkeypatch: pytest.MonkeyPatch, **changed: Any) -> None:
    """As if it had been published with this: what is live never changes by itself."""
    monkeypatch.setattr(Article, "content", property(lambda each: {**each.live_revision.content, **changed}))


def test_a_retracted_study_says_so_and_draws_no_dots_until_it_is_reinstated(
    article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    sections = [{**article.content["sections"][0], "icons": [{"count": 3, "of": 10, "words": "felt better"}]}]
    with_content(article, monkeypatch, sections=sections, newer_evidence=[])
    assert (printed(article)["warnings"], len(printed(article)["icons"])) == ([], 1)
    notice(article, "retraction")
    assert (printed(article)["warnings"], printed(article)["icons"]) == ([RETRACTED], [])
    notice(article, "reinstatement")
    assert len(printed(article)["icons"]) == 1


@pytest.mark.parametrize(("effect", "warned", "dots"), [("overturns", [OVERTURNED], 0), ("supports", [], 1)])
def test_newer_evidence_against_a_study_stands_there_and_takes_its_dots_away(
    article: Article, monkeypatch: pytest.MonkeyPatch, effect: str, warned: list[str], dots: int
) -> None:
    sections = [{**article.content["sections"][0], "icons": [{"count": 3, "of": 10, "words": "felt better"}]}]
    with_content(article, monkeypatch, sections=sections, newer_evidence=[{"text": "Since then", "effect": effect}])
    assert (printed(article)["warnings"], len(printed(article)["icons"])) == (warned, dots)


def test_a_retraction_makes_the_packet_older(desk: Client, article: Article) -> None:
    assert "is older than what it was made from" not in desk.get("/admin/").text
    notice(article, "retraction")
    assert "what journals or newer studies say against “" in desk.get("/admin/").text


def test_a_packet_of_before_it_warned_is_old_where_there_is_something_to_warn_of(article: Article) -> None:
    version = Packet.objects.get().versions.get()
    del version.sources["warnings"]
    notice(article, "retraction")
    assert (sources.ChangeKind.ARTICLE_WARNED, str(article)) in sources.changes(version)


def test_what_changes_while_a_packet_is_made_makes_it_older(
    first_content: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = packet_content.contents

    def somebody_saves_meanwhile(*arguments: Any) -> dict[str, Any]:
        found = read(*arguments)
        ClinicProfile.objects.update(costs="Other.")
        return found

    monkeypatch.setattr(packet_content, "contents", somebody_saves_meanwhile)
    assert sources.changes(make_version(Packet.objects.get())) != []

import pytest

from bench import packet, page_speed
from tests.front_door import connection_kept


def test_the_pages_that_the_bench_measures_are_there(first_content: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_speed, "PUBLISHES", 1)
    with connection_kept():
        assert page_speed.first_render() > 0
        page_speed.memory(2)


def test_the_previews_and_versions_of_the_packet_that_the_bench_measures_are_made(
    first_content: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packet, "TIMES", 1)
    found = packet.rows(packet.measure())
    assert {row["task"] for row in found} >= {"preview of the packet", "setting a version"}
    assert {row["task"] for row in found if not packet.most_of(row["task"])} == {
        "reading what it is made of",
        "its contents and the page to look at",
    }

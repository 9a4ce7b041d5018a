import pytest

from bench import page_speed
from tests.front_door import connection_kept


def test_the_pages_that_the_bench_measures_are_there(first_content: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_speed, "PUBLISHES", 1)
    with connection_kept():
        assert page_speed.first_render() > 0
        page_speed.memory(2)

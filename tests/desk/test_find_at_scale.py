import json
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.tasks import tasks
from foundation import counts

SMALL, LARGE = 10_000, 100_000
# Of buffers, not of time: the same on a busy machine.
MORE_AT_MOST = 1.5
# An index may be a level deeper, and a page of leads lie on more pages of the table. Reading the table itself, or
# everybody of one stage or owner, is beyond it.
SLACK = 1200
# Whoever has both of two words is looked at, until there are so many that the newest page is found sooner by walking.
SLACK_OF = {"search: name and country": 3000}
# The lists stop counting at a thousand, which the small table never reaches; so it stops at a hundred here.
COUNTED = 100


def buffers(client: Client, url: str) -> int:
    """How many blocks of 8 KB all queries of a page look at."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return sum(blocks(query["sql"]) for query in captured.captured_queries if query["sql"].startswith("SELECT"))


def blocks(sql: str) -> int:
    if sql.endswith(" FOR UPDATE"):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {sql.replace('%', '%%')}", [])
        found = cursor.fetchone()[0]
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


@pytest.mark.scale
# Two cores that others use, too, make the leads in minutes.
@pytest.mark.timeout(600)
@pytest.mark.django_db(transaction=True)
def test_no_page_of_staff_reads_much_more_at_ten_times_the_leads(
    client: Client, first_content: None, staff: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "MOST_COUNTED", COUNTED)
    client.force_login(staff)
    call_command("make_sample_leads", str(SMALL))
    small = {task.name: buffers(client, task.ours) for task in tasks()}
    call_command("make_sample_leads", str(LARGE - SMALL), seed=2)
    large = {task.name: buffers(client, task.ours) for task in tasks()}
    assert {
        name: (small[name], large[name])
        for name in small
        if large[name] > MORE_AT_MOST * small[name] + SLACK_OF.get(name, SLACK)
    } == {}

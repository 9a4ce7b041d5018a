import re
from collections.abc import Callable
from typing import Any

from django.test import Client

from clinic.models import StaffUser
from newsletters.models import Newsletter
from tests.newsletters.test_issue_pages import browser_of, press

OF_A_TEST = "This link is of a test"


def test_whoever_tries_the_links_of_a_test_reads_that_those_of_readers_work(
    draft: Newsletter, writer: StaffUser, deliver: Callable[[], None], mailoutbox: Any, client: Client
) -> None:
    press(browser_of(writer), draft, "test")
    deliver()
    paths = re.findall(r"/newsletter/(?:unsubscribe|preferences)/[^\s/]+/", mailoutbox[0].body)
    assert len(paths) == 2
    for path in paths:
        assert OF_A_TEST in client.get(path).text
    [leave] = [path for path in paths if "unsubscribe" in path]
    assert OF_A_TEST in client.post(leave, {"List-Unsubscribe": "One-Click"}).text


def test_a_link_that_lost_a_piece_is_none_of_a_test(client: Client, first_content: None) -> None:
    for name in ("unsubscribe", "preferences"):
        answer = client.get(f"/newsletter/{name}/tes/")
        assert (answer.status_code, OF_A_TEST in answer.text) == (404, False)

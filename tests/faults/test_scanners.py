import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client

from clinic import dev_samples
from mailings import delivery
from mailings.emails import kinds
from mailings.models import OutgoingEmail

# What a mail scanner takes for a link, in the text and in the HTML.
LINK = re.compile(r"""https?://[^\s<>"']+""")
# The link to a new password moves its key out of the address into a session of whoever follows it, and no further.
OF_THE_SCANNER = "django_session"
# In the newsletter that staff send to themselves.
OF_NOBODY = {"/newsletter/unsubscribe/test/", "/newsletter/preferences/test/"}


def state_of_everything() -> dict[str, str]:
    """A digest of each table."""
    with connection.cursor() as cursor:
        digests = {}
        for table in set(connection.introspection.table_names(cursor)) - {OF_THE_SCANNER}:
            cursor.execute(
                f'SELECT coalesce(string_agg(t::text, chr(10) ORDER BY t::text), chr(32)) FROM "{table}" AS t'
            )
            digests[table] = sha256(cursor.fetchone()[0].encode()).hexdigest()
        return digests


def links_in(message: Any) -> set[str]:
    bodies = [message.body, *(content for content, _type in message.alternatives)]
    headers = [str(value) for value in message.extra_headers.values()]
    return {
        urlsplit(found)._replace(scheme="", netloc="", fragment="").geturl() or "/"
        for text in (*bodies, *headers)
        for found in LINK.findall(text)
    }


def scan_every_link_of_every_mail(times: int) -> None:
    mails = [make() for make in dev_samples.SAMPLES.values()]
    links = set().union(*(links_in(kinds[outgoing.kind].message(outgoing)) for outgoing in mails))
    assert {path.split("/")[1] for path in links} >= {"packet", "not-me", "newsletter", "admin", "accounts"}
    while delivery.drain():
        pass
    before = state_of_everything()
    scanner = Client(headers={"User-Agent": "a mail scanner"})
    for path in links:
        answers = {getattr(scanner, method)(path).status_code for _time in range(times) for method in ("get", "head")}
        assert answers <= ({404} if path in OF_NOBODY else {200, 302}), path
    assert state_of_everything() == before
    assert OutgoingEmail.objects.filter(state=OutgoingEmail.State.SENT).count() >= len(mails)


# Thousands of requests, one after the other.
@pytest.mark.timeout(400)
def test_scanners_that_follow_every_link_in_every_mail_change_nothing(first_content: None) -> None:
    scan_every_link_of_every_mail(20)


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_at_full_size_scanners_that_follow_every_link_in_every_mail_change_nothing(first_content: None) -> None:
    scan_every_link_of_every_mail(100)


def test_a_click_that_changes_something_is_seen_by_the_comparison(ask: Callable[..., Any], client: Client) -> None:
    ask()
    before = state_of_everything()
    outgoing = OutgoingEmail.objects.get(kind="packet")
    [path] = [path for path in links_in(kinds["packet"].message(outgoing)) if path.startswith("/not-me/")]
    client.post(path)
    assert state_of_everything() != before

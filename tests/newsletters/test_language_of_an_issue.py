from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from clinic.models import StaffUser
from mailings.models import OutgoingEmail
from newsletters import actions
from newsletters.models import Newsletter, Subscriber
from tests.browser_posts import untouched
from tests.newsletters.test_issue_pages import HOME, browser_of, press

Join = Callable[..., Subscriber]
OTHERS = "It is in Spanish, and goes to people who read another language."


@pytest.fixture(autouse=True)
def two_languages(settings: Any) -> None:
    settings.LANGUAGES = [("en", "English"), ("es", "Spanish")]


@pytest.fixture
def issue(draft: Newsletter, writer: StaffUser) -> Callable[..., Newsletter]:
    """The draft, as its writer saves it in Spanish."""

    def saved(**typed: str) -> Newsletter:
        page, author = f"{HOME}{draft.pk}/edit/", browser_of(writer)
        form = untouched(author.get(page), "newsletter_form")
        assert author.post(page, {**form, "language": "es", "subject": "Lo que leímos", **typed}).status_code == 302
        return Newsletter.objects.get(pk=draft.pk)

    return saved


def test_it_goes_out_in_its_language_and_stands_in_it_in_the_archive(
    issue: Callable[..., Newsletter],
    sender: StaffUser,
    join: Join,
    deliver: Callable[[], None],
    mailoutbox: Any,
    client: Client,
) -> None:
    join("anna@example.org", language="es")
    join("bob@example.org", language="en")
    newsletter = issue(to_language="es")
    manager = browser_of(sender)
    assert [press(manager, newsletter, name).status_code for name in ("approve", "launch")] == [302, 302]
    newsletter.refresh_from_db()
    assert actions.begin_due(newsletter.scheduled_for) == 1
    deliver()
    [mail] = mailoutbox
    assert (mail.to, mail.subject) == (["anna@example.org"], "Lo que leímos")
    assert '<html lang="es"' in mail.alternatives[0].content
    assert OutgoingEmail.objects.get(kind="newsletter").language == "es"
    assert actions.end_finished() == 1
    newsletter.refresh_from_db()
    assert 'lang="es"' in client.get(newsletter.get_absolute_url()).text.partition("<article")[2].partition(">")[0]


def test_whoever_approves_it_reads_that_it_goes_to_people_who_read_another(
    issue: Callable[..., Newsletter], sender: StaffUser, join: Join
) -> None:
    join("anna@example.org", language="es")
    manager = browser_of(sender)
    newsletter = issue()
    assert OTHERS not in manager.get(f"{HOME}{newsletter.pk}/change/").text
    join("bob@example.org", language="en")
    assert OTHERS in manager.get(f"{HOME}{newsletter.pk}/change/").text
    newsletter = issue(to_language="es")
    assert OTHERS not in manager.get(f"{HOME}{newsletter.pk}/change/").text


def test_where_the_site_has_one_language_nothing_is_said_of_it(
    draft: Newsletter, sender: StaffUser, join: Join, settings: Any
) -> None:
    settings.LANGUAGES = [("en", "English")]
    join("anna@example.org")
    assert "Nothing stands in its way." in browser_of(sender).get(f"{HOME}{draft.pk}/change/").text

import re
from collections.abc import Callable
from datetime import date
from html import unescape

from articles.models import Article, Topic
from clinic.models import StaffUser
from newsletters import actions
from newsletters.models import Newsletter, Subscriber
from tests.newsletters.conftest import SAYS_OVERTURNED, account, approve, articles_of
from tests.newsletters.test_issue_pages import HOME, browser_of

Join = Callable[..., Subscriber]


def page(newsletter: Newsletter, by: StaffUser) -> str:
    return " ".join(unescape(browser_of(by).get(f"{HOME}{newsletter.pk}/change/").text).split())


def test_whoever_approves_reads_who_gets_it(draft: Newsletter, writer: StaffUser, sender: StaffUser) -> None:
    assert "All who confirmed and want each issue." in page(draft, sender)
    safety = Topic.objects.get(slug="safety")
    narrowed = {"topics": [safety], "to_language": "en", "joined_since": date(2026, 3, 1)}
    actions.save_newsletter(newsletter=draft, by=writer, articles=articles_of(draft), **narrowed)
    shown = page(draft, sender)
    assert "All who confirmed" not in shown
    for words in (f"Who chose one of these topics, or none: {safety}", "Who reads English", "Who joined since March 1"):
        assert words in shown


def test_who_gets_it_is_read_once_it_is_approved_and_names_the_issue_that_it_asks_for(
    under_way: Callable[[], Newsletter], writer: StaffUser, sender: StaffUser, join: Join
) -> None:
    join("anna@example.org")
    first = under_way()
    for segment, words in (
        ({"got": first}, f"Who got “{first.subject}”"),
        ({"did_not_get": first}, f"Who did not get “{first.subject}”"),
    ):
        second = actions.save_newsletter(by=writer, articles=articles_of(first), subject="Next", **segment)
        assert words in page(second, sender)


def test_whoever_wrote_it_reads_who_may_approve_it(draft: Newsletter, writer: StaffUser, sender: StaffUser) -> None:
    account("Ana", "clinical")
    account("Cora", "coordinator")
    assert "Somebody who wrote none of it approves it next: Ana, Mia." in page(draft, writer)
    assert "approves it next" not in page(draft, sender)


def test_where_nobody_else_may_approve_it_says_how_somebody_will(draft: Newsletter, writer: StaffUser) -> None:
    assert "Nobody else here may approve it yet: a manager invites somebody" in page(draft, writer)


def test_whoever_may_not_send_reads_who_does(
    draft: Newsletter, writer: StaffUser, sender: StaffUser, join: Join
) -> None:
    join("anna@example.org")
    approve(draft, sender)
    assert "It is sent next, by Mia." in page(draft, writer)
    assert "It is sent next" not in page(draft, sender)


def folded(issue: Newsletter, who: StaffUser) -> str:
    found = re.search(r"<details[^>]*>(.*?)</details>", page(issue, who).partition('class="verbs"')[2])
    assert found
    return found[1]


def test_what_cannot_be_undone_is_two_clicks_away_and_says_so(
    draft: Newsletter, writer: StaffUser, sender: StaffUser, join: Join
) -> None:
    join("anna@example.org")
    theirs = folded(draft, writer)
    assert 'id="discard_form"' in theirs
    assert "Nobody can make a draft of it again" in theirs
    approve(draft, sender)
    theirs = folded(draft, sender)
    assert 'id="cancel_form"' in theirs
    assert "Nobody can take that back" in theirs
    assert "launch_form" not in theirs


def queue(by: StaffUser) -> int:
    queues = browser_of(by).get("/admin/").context["queues"]
    return next((found.count for found in queues if str(found.title) == "Newsletters to approve or send"), 0)


def test_whoever_may_approve_or_send_an_issue_finds_it_on_today(
    draft: Newsletter, writer: StaffUser, sender: StaffUser, join: Join
) -> None:
    join("anna@example.org")
    clinical = account("Ana", "clinical")
    assert [queue(who) for who in (writer, clinical, sender)] == [0, 1, 1]
    approve(draft, clinical)
    assert [queue(who) for who in (writer, clinical, sender)] == [0, 0, 1]


def test_who_wrote_some_of_it_is_not_asked_to_approve_it(draft: Newsletter, sender: StaffUser) -> None:
    actions.save_newsletter(newsletter=draft, by=sender, articles=articles_of(draft), subject="Mine now")
    assert queue(sender) == 0


def test_what_nobody_may_be_sent_to_is_not_offered_for_a_new_issue(draft: Newsletter, writer: StaffUser) -> None:
    def offered(address: str) -> list[str]:
        form = browser_of(writer).get(address).context["form"]
        return [str(article) for article in form.fields["article_1"].queryset]

    overturned = Article.objects.published().filter(SAYS_OVERTURNED)[0]
    assert str(overturned) not in offered(f"{HOME}add/")
    assert str(articles_of(draft)[0]) in offered(f"{HOME}add/")
    # Chosen before it was overturned, it stays until somebody takes it out: the page says what stops it.
    actions.save_newsletter(newsletter=draft, by=writer, articles=[overturned])
    assert str(overturned) in offered(f"{HOME}{draft.pk}/edit/")

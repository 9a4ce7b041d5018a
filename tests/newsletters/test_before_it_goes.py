"""What was right when an issue was approved, and is not any more when it is sent or begins."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from clinic.models import StaffUser
from foundation.models import ClinicProfile
from mailings.models import Mailing, OutgoingEmail
from newsletters import actions, segments, tasks
from newsletters.models import Newsletter, Subscriber
from tests.newsletters.conftest import account, approve, articles_of, launch
from tests.newsletters.test_issue_pages import HOME, browser_of, press

State = Newsletter.State


@pytest.fixture
def reader(join: Callable[..., Subscriber]) -> Subscriber:
    return join("anna@example.org")


@pytest.fixture
def in_new_york(draft: Newsletter) -> None:
    ClinicProfile.objects.update(time_zone="America/New_York")


def test_what_stops_it_on_its_page_stops_the_button_too(
    draft: Newsletter, sender: StaffUser, reader: Subscriber
) -> None:
    approved = approve(draft, sender)
    ClinicProfile.objects.update(postal_address="")
    answer = press(browser_of(sender), approved, "launch")
    assert answer.status_code == 422
    assert "postal address is missing" in answer.text.split("errornote")[1].split("</div>")[0]
    approved.refresh_from_db()
    assert approved.state == State.APPROVED


def test_an_issue_that_everybody_left_is_sent_to_nobody(
    draft: Newsletter, sender: StaffUser, reader: Subscriber
) -> None:
    approved = approve(draft, sender)
    actions.unsubscribe(subscriber=reader.uuid)
    answer = press(browser_of(sender), approved, "launch")
    assert (answer.status_code, "Nobody would get it" in answer.text.split("errornote")[1]) == (422, True)


def test_one_that_everybody_left_before_it_began_waits_and_says_why(
    draft: Newsletter, sender: StaffUser, reader: Subscriber, client: Any
) -> None:
    launched = launch(approve(draft, sender), sender)
    actions.unsubscribe(subscriber=reader.uuid)
    assert actions.begin_due(launched.scheduled_for) == 0
    tasks.look_after()
    launched.refresh_from_db()
    assert (launched.state, launched.number, launched.slug) == (State.APPROVED, None, "")
    assert not Mailing.objects.exists()
    browser = browser_of(sender)
    assert "Newsletters that wait" in browser.get("/admin/").text
    page = browser.get(f"{HOME}{draft.pk}/change/").text
    assert "or there was nobody to get it" in page
    assert "Nobody would get it" in page
    assert "No issue has been sent yet." in client.get("/newsletter/archive/").text


def test_what_all_chose_to_read_once_a_month_comes_out_and_is_for_the_monthly_e_mail(
    draft: Newsletter, sender: StaffUser, reader: Subscriber
) -> None:
    launched = launch(approve(draft, sender), sender)
    actions.choose(subscriber=reader.uuid, rhythm=Subscriber.Rhythm.MONTHLY, topics=[], language="en")
    assert actions.begin_due(launched.scheduled_for) == 1
    assert actions.end_finished() == 1
    launched.refresh_from_db()
    assert (launched.state, launched.candidates) == (State.SENT, 0)
    assert list(segments.digest_segment(launched)) == [reader]


def test_an_issue_for_readers_of_the_monthly_e_mail_alone_is_not_for_nobody(
    draft: Newsletter, sender: StaffUser, join: Callable[..., Subscriber]
) -> None:
    join("zoe@example.org", rhythm=Subscriber.Rhythm.MONTHLY)
    page = browser_of(sender).get(f"{HOME}{draft.pk}/change/").text
    assert "all whom it is for chose one e-mail a month" in page
    assert "Nobody would get it" not in page
    assert launch(approve(draft, sender), sender).state == State.SCHEDULED


@pytest.mark.usefixtures("in_new_york", "reader")
@pytest.mark.parametrize("moment", ["2199-03-10T02:30", "2199-11-03T01:30"])
def test_an_hour_in_which_the_clocks_change_is_refused_in_words(
    draft: Newsletter, sender: StaffUser, moment: str
) -> None:
    approved = approve(draft, sender)
    answer = press(browser_of(sender), approved, "launch", at=moment)
    assert answer.status_code == 422
    assert "At that hour the clocks of America/New_York change" in answer.text
    approved.refresh_from_db()
    assert approved.state == State.APPROVED


@pytest.mark.usefixtures("in_new_york", "reader")
def test_a_year_that_no_page_could_show_is_refused_in_words(draft: Newsletter, sender: StaffUser) -> None:
    approved, browser = approve(draft, sender), browser_of(sender)
    answer = press(browser, approved, "launch", at="9999-12-31T23:59")
    assert (answer.status_code, "That year is too far away." in answer.text) == (422, True)
    assert [browser.get(page).status_code for page in (HOME, f"{HOME}{approved.pk}/change/")] == [200, 200]


@pytest.mark.usefixtures("in_new_york", "reader")
def test_the_day_and_hour_are_those_of_the_clinic_which_the_page_says(draft: Newsletter, sender: StaffUser) -> None:
    approved, browser = approve(draft, sender), browser_of(sender)
    assert "Time of America/New_York" in browser.get(f"{HOME}{draft.pk}/change/").text
    assert press(browser, approved, "launch", at="2199-07-15T09:00").status_code == 302
    approved.refresh_from_db()
    assert approved.scheduled_for == datetime(2199, 7, 15, 13, tzinfo=UTC)
    assert "It goes out at July 15, 2199, 9 a.m., and until then" in browser.get(f"{HOME}{draft.pk}/change/").text


def test_whoever_may_not_let_a_paused_issue_go_on_reads_who_does(
    under_way: Callable[[], Newsletter], sender: StaffUser, writer: StaffUser, reader: Subscriber
) -> None:
    issue = under_way()
    clinical = account("Ana", "clinical")
    actions.pause(newsletter=issue, by=sender)
    for who, says in ((writer, True), (clinical, True), (sender, False)):
        assert ("Who may let it go on: Mia." in browser_of(who).get(f"{HOME}{issue.pk}/change/").text) is says


REFUSE_ONE = """
CREATE FUNCTION refuse_one() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.newsletter_id = {issue} AND NEW.subscriber_id = {reader} THEN
        RAISE EXCEPTION 'no room on the disk';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refuse_one BEFORE INSERT ON newsletters_newsletterrecipient FOR EACH ROW EXECUTE FUNCTION refuse_one();
"""


def test_of_an_issue_that_breaks_off_as_it_begins_nothing_stays_and_the_next_look_begins_it(
    draft: Newsletter, writer: StaffUser, sender: StaffUser, reader: Subscriber, join: Callable[..., Subscriber]
) -> None:
    last = join("zoe@example.org")
    other = actions.save_newsletter(by=writer, articles=articles_of(draft), subject="Another")
    broken, fine = (launch(approve(issue, sender), sender) for issue in (draft, other))
    with connection.cursor() as cursor:
        cursor.execute(REFUSE_ONE.format(issue=broken.pk, reader=last.pk))
    assert actions.begin_due(fine.scheduled_for) == 1
    broken.refresh_from_db()
    assert (broken.state, broken.mailing, broken.slug) == (State.SCHEDULED, None, "")
    assert not broken.recipients.exists()
    assert OutgoingEmail.objects.filter(kind="newsletter").count() == fine.recipients.count() == 2
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER refuse_one ON newsletters_newsletterrecipient")
    assert actions.begin_due(fine.scheduled_for) == 1
    broken.refresh_from_db()
    assert (broken.state, broken.candidates, broken.recipients.count()) == (State.SENDING, 2, 2)

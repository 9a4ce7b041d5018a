from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from clinic.models import AuditEvent
from desk.import_list.reading import OF_LEADS
from enquiries.actions import erase_person, export_person
from foundation.models import ConsentWording
from foundation.tokens import hash_address, make_token
from mailings.actions import suppress
from mailings.models import OutgoingEmail, Suppression
from mailings.rules import why_not
from newsletters.actions import forget_subscriber_lists, imports
from newsletters.actions.imports import Becomes
from newsletters.models import ImportedConsent, Subscriber, SubscriberImport
from tests.browser_posts import untouched
from tests.newsletters.conftest import account
from tests.newsletters.readers import new_reader, path_of

URL = "/admin/newsletters/subscriber/import/"
WORDS = "Yes, send me the news of Zoë O'Brien & Sons."
PROOF = {"how": "evidence", "place": "The form on our old site, example.org/news", "words": WORDS}
MAILCHIMP = """Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,TAGS
zoe@example.org,Zoë,O'Brien & Sons,2,2023-03-01 09:00:00,192.0.2.1,2023-03-02 10:11:12,192.0.2.1,
Bob@Example.org,Bob,,2,2022-05-06 07:00:00,192.0.2.2,,,
"""
MAILCHIMP_LEFT = """Email Address,First Name,OPTIN_TIME,CONFIRM_TIME,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_REASON
zoe@example.org,Zoë,2023-03-01 09:00:00,2023-03-02 10:11:12,2024-01-01 08:00:00,News,NORMAL
"""
MAILCHIMP_CLEANED = """Email Address,First Name,OPTIN_TIME,CONFIRM_TIME,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE
zoe@example.org,Zoë,2023-03-01 09:00:00,2023-03-02 10:11:12,2024-01-01 08:00:00,News
"""
HUBSPOT = """Record ID,First Name,Email,Unsubscribed from all email,Opted out of email: Newsletter,Create Date
1,Zoë,zoe@example.org,false,,2023-03-01 09:00
2,Bob,bob@example.org,true,,2023-03-01 09:00
3,Eve,eve@example.org,,true,2023-03-01 09:00
"""
LISTMONK = """uuid,email,name,attributes,status,created_at,updated_at
0b0f2e5c-0000-4000-8000-000000000001,zoe@example.org,Zoë,{},enabled,2023-03-01T09:00:00Z,2023-03-01T09:00:00Z
0b0f2e5c-0000-4000-8000-000000000002,bob@example.org,Bob,{},blocklisted,2023-03-01T09:00:00Z,2023-03-01T09:00:00Z
0b0f2e5c-0000-4000-8000-000000000003,eve@example.org,Eve,{},disabled,2023-03-01T09:00:00Z,2023-03-01T09:00:00Z
"""


@pytest.fixture
def upload(desk: Client) -> Callable[..., Any]:
    def post(text: str, **fields: str) -> Any:
        form = untouched(desk.get(URL), "import-form")
        return desk.post(URL, {**form, **PROOF, **fields, "file": SimpleUploadedFile("list.csv", text.encode())})

    return post


@pytest.fixture
def bring(desk: Client, upload: Callable[..., Any], django_capture_on_commit_callbacks: Any) -> Callable[..., str]:
    """Uploads, looks, and does it; what the last page says."""

    def do(text: str, **fields: str) -> str:
        page = upload(text, **fields)["Location"]
        with django_capture_on_commit_callbacks(execute=True):
            assert desk.post(page, untouched(desk.get(page), "confirm-form")).status_code == 302
        return str(desk.get(page).text)

    return do


def joined() -> dict[str, str]:
    return dict(Subscriber.objects.values_list("email", "state"))


def test_who_agreed_joins_with_the_day_the_place_and_the_words(bring: Callable[..., str]) -> None:
    assert "subscribed, on their consent" in bring(MAILCHIMP)
    assert joined() == {"zoe@example.org": "confirmed", "bob@example.org": "confirmed"}
    zoe = Subscriber.objects.get(email="zoe@example.org")
    assert zoe.imported
    # Of two days the one on which they confirmed.
    assert zoe.imported.agreed_on == date(2023, 3, 2)
    assert (zoe.imported.of.words, zoe.imported.of.place) == (WORDS, PROOF["place"])
    assert Subscriber.objects.get(email="bob@example.org").imported.agreed_on == date(2022, 5, 6)  # type: ignore[union-attr]
    assert not OutgoingEmail.objects.exists()


def test_looking_first_imports_nobody(desk: Client, upload: Callable[..., Any]) -> None:
    page = upload(MAILCHIMP)["Location"]
    assert "Nothing is imported yet." in desk.get(page).text
    assert joined() == {}


@pytest.mark.parametrize("field", ["place", "words"])
def test_without_proof_nothing_is_read(upload: Callable[..., Any], field: str) -> None:
    answer = upload(MAILCHIMP, **{field: ""})
    assert answer.status_code == 422
    assert "Without this there is no proof." in answer.text
    assert not SubscriberImport.objects.exists()


def test_postgres_refuses_an_import_without_proof(staff: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SubscriberImport.objects.create(by=staff, how="evidence", words="", place="somewhere")


def test_of_whom_nothing_says_when_nobody_joins(bring: Callable[..., str]) -> None:
    assert "nothing says when they agreed" in bring("email,name\nzoe@example.org,Zoë\n")
    assert joined() == {}


def test_a_day_for_all_is_the_proof_of_rows_that_have_none(bring: Callable[..., str]) -> None:
    bring("email,name\nzoe@example.org,Zoë\n", agreed_on="2025-05-05")
    assert ImportedConsent.objects.get().agreed_on == date(2025, 5, 5)


def test_that_a_row_was_made_some_day_is_no_proof(bring: Callable[..., str]) -> None:
    bring(LISTMONK)
    assert joined() == {}


@pytest.mark.parametrize(
    ("text", "reason"), [(MAILCHIMP_LEFT, "unsubscribed"), (MAILCHIMP_CLEANED, "comes_back")], ids=["left", "cleaned"]
)
def test_who_left_there_is_never_written_to_from_here(bring: Callable[..., str], text: str, reason: str) -> None:
    bring(text)
    stop = Suppression.objects.standing().get()
    assert (stop.address_hash, stop.reason) == (hash_address("zoe@example.org"), reason)
    assert "no newsletter may go to them" in bring(MAILCHIMP)
    assert joined() == {"bob@example.org": "confirmed"}


@pytest.mark.parametrize("text", [MAILCHIMP_LEFT, MAILCHIMP_CLEANED], ids=["left", "cleaned"])
def test_an_old_list_keeps_no_packet_from_whoever_asks_for_one(bring: Callable[..., str], text: str) -> None:
    page = bring(text)
    assert "never written to" in page
    assert why_not("zoe@example.org") is None


def test_who_confirmed_by_a_mail_of_ours_is_alive_whatever_an_old_list_says(bring: Callable[..., str]) -> None:
    reader = new_reader("zoe@example.org")
    bring(MAILCHIMP_CLEANED)
    reader.refresh_from_db()
    assert reader.state == Subscriber.State.CONFIRMED
    assert not Suppression.objects.standing().exists()


def test_whom_a_list_stops_stands_there_by_row(desk: Client, upload: Callable[..., Any]) -> None:
    page = desk.get(upload(MAILCHIMP_LEFT)["Location"])
    assert [row["address"] for row in page.context["left_out"]] == ["zoe@example.org"]


def test_who_left_there_is_taken_off_here(bring: Callable[..., str]) -> None:
    bring(MAILCHIMP)
    bring(MAILCHIMP_LEFT)
    assert joined()["zoe@example.org"] == "unsubscribed"


@pytest.mark.parametrize("text", [HUBSPOT, LISTMONK], ids=["hubspot", "listmonk"])
def test_exports_of_other_programs_are_understood(bring: Callable[..., str], text: str) -> None:
    bring(text, agreed_on="2025-05-05")
    assert joined() == {"zoe@example.org": "confirmed"}
    stopped = {hash_address(name) for name in ("bob@example.org", "eve@example.org")}
    assert {*Suppression.objects.standing().values_list("address_hash", flat=True)} == stopped


@pytest.mark.parametrize("reason", sorted(Suppression.Reason.values))
def test_to_whom_nothing_may_go_does_not_join(bring: Callable[..., str], reason: str) -> None:
    suppress(address="zoe@example.org", reason=reason)
    bring(MAILCHIMP)
    assert joined() == {"bob@example.org": "confirmed"}


def test_who_was_erased_and_stands_in_a_list_stays_away(bring: Callable[..., str], client: Client) -> None:
    reader = new_reader("zoe@example.org")
    client.post(f"{path_of('preferences', reader)}erase/")
    assert "no newsletter may go to them" in bring(MAILCHIMP)
    erase_person(address="bob@example.org")
    bring(MAILCHIMP)
    assert "zoe@example.org" not in joined()
    assert not Subscriber.objects.filter(email="bob@example.org").exists()


def test_who_was_erased_without_a_subscription_is_left_out(bring: Callable[..., str]) -> None:
    erase_person(address="bob@example.org")
    assert "they were erased here" in bring(MAILCHIMP)
    assert joined() == {"zoe@example.org": "confirmed"}


def test_who_is_here_already_stays_as_they_are(bring: Callable[..., str]) -> None:
    before = Subscriber.objects.filter(pk=new_reader("zoe@example.org").pk).values().get()
    assert "here already" in bring(MAILCHIMP)
    assert Subscriber.objects.filter(email="zoe@example.org").values().get() == before


def test_one_who_stands_there_twice_joins_once(bring: Callable[..., str]) -> None:
    assert "in the file twice" in bring(f"{MAILCHIMP}zoe@example.org,Zoë,,2,2023-03-01 09:00:00,,,,\n")
    assert Subscriber.objects.filter(email="zoe@example.org").count() == 1


LEFT_IN_A_LATER_ROW = """email,status,consent date
zoe@example.org,subscribed,2023-03-01
zoe@example.org,unsubscribed,2023-03-01
"""


def test_who_left_in_any_row_of_a_file_joins_by_none(bring: Callable[..., str]) -> None:
    bring(LEFT_IN_A_LATER_ROW)
    assert not Subscriber.objects.exists()
    assert Suppression.objects.get().address_hash == hash_address("zoe@example.org")


def test_who_left_there_left_also_beside_what_somebody_may_lift(bring: Callable[..., str]) -> None:
    reader = new_reader("zoe@example.org")
    suppress(address="zoe@example.org", reason=Suppression.Reason.COMES_BACK)
    bring(MAILCHIMP_LEFT)
    reader.refresh_from_db()
    assert reader.state == Subscriber.State.UNSUBSCRIBED
    assert Suppression.objects.filter(reason=Suppression.Reason.UNSUBSCRIBED).exists()


@pytest.mark.parametrize("status", ["unconfirmed", "Pending", "nonsubscribed"])
def test_who_never_confirmed_there_does_not_join(bring: Callable[..., str], status: str) -> None:
    assert "never confirmed" in bring(f"email,status,optin time\nzoe@example.org,{status},2023-03-01\n")
    assert not Subscriber.objects.exists()


def test_a_second_click_imports_nothing_more(desk: Client, upload: Callable[..., Any]) -> None:
    page = upload(MAILCHIMP)["Location"]
    form = untouched(desk.get(page), "confirm-form")
    for _twice in range(2):
        assert desk.post(page, form).status_code in (200, 302)
    assert ImportedConsent.objects.count() == 2
    assert SubscriberImport.objects.get().content == b""


def test_the_invited_get_the_newsletter_only_after_they_confirmed(
    bring: Callable[..., str], deliver: Callable[[], None], client: Client, mailoutbox: Any
) -> None:
    bring(LISTMONK, how="invitation", place="", words="")
    assert joined() == {"zoe@example.org": "pending"}
    assert not Subscriber.objects.may_get_mail().exists()
    deliver()
    [mail] = mailoutbox
    assert "Your address stands on an older list of ours." in mail.body
    confirmation = Subscriber.objects.get().confirmation
    assert confirmation
    path = f"/newsletter/confirm/{make_token('confirm', confirmation.uuid)}/"
    assert path in mail.body
    wording = ConsentWording.objects.current("newsletter")
    page = client.get(path)
    assert wording.text in unescape(page.text)
    # Another wording since: what counts is what they read.
    ConsentWording.objects.create(kind="newsletter", number=wording.number + 1, text="Other words")
    client.post(path, untouched(page, "confirm-form"))
    found = Subscriber.objects.get()
    assert found.state == "confirmed"
    assert found.consent
    assert found.consent.wording == wording


def addresses(number: int) -> str:
    return "email,consent date\n" + "".join(f"person{one}@example.org,2023-03-01\n" for one in range(number))


def test_a_list_that_is_longer_than_one_of_leads_may_be_is_read(desk: Client, upload: Callable[..., Any]) -> None:
    shown = desk.get(upload(addresses(OF_LEADS.rows + 1))["Location"])
    assert (Becomes.JOINS.label, OF_LEADS.rows + 1) in shown.context["counts"]


def test_the_page_says_how_long_a_list_may_be_and_a_longer_one_is_refused_with_it(
    desk: Client, upload: Callable[..., Any]
) -> None:
    text = desk.get(URL).text
    assert "At most 15 MB and 50,000 rows." in text
    assert "Save a workbook of more than some 20,000 rows as CSV first" in text
    assert "At most 5 MB and 5,000 rows." in desk.get("/admin/enquiries/lead/import/").text
    answer = upload("email\n" + "zoe@example.org\n" * 50_001)
    assert answer.status_code == 422
    assert "The file has more than 50,000 rows. Split it" in answer.text
    assert not SubscriberImport.objects.exists()


def test_what_a_browser_would_wait_too_long_for_goes_on_at_the_next_click(
    desk: Client, upload: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "MOST_SECONDS", 0)
    page = upload(addresses(imports.AT_ONCE + 1))["Location"]
    for done in (imports.AT_ONCE, imports.AT_ONCE + 1):
        desk.post(page, untouched(desk.get(page), "confirm-form"))
        assert Subscriber.objects.count() == ImportedConsent.objects.count() == done
        if done == imports.AT_ONCE:
            text = desk.get(page).text
            assert "The first 500 rows are imported already. This is the rest." in text
            assert "Nothing is imported yet." not in text
    held = SubscriberImport.objects.get()
    assert (held.state, held.content, held.counts) == ("done", b"", {"joins": imports.AT_ONCE + 1})


def test_an_import_is_on_record_without_a_name(bring: Callable[..., str], staff: Any) -> None:
    bring(MAILCHIMP)
    event = AuditEvent.objects.get(kind="list_imported")
    assert (event.by, event.data["counts"]) == (staff, {"joins": 2})
    assert "example.org" not in str(event.data)


def test_a_list_is_gone_as_soon_as_anybody_is_erased(desk: Client, upload: Callable[..., Any]) -> None:
    page = upload(MAILCHIMP)["Location"]
    erase_person(address="anybody@example.org")
    assert desk.post(page)["Location"] == URL
    assert joined() == {}


def test_a_list_is_held_for_a_day(upload: Callable[..., Any]) -> None:
    upload(MAILCHIMP)
    assert forget_subscriber_lists() == 0
    SubscriberImport.objects.update(created_at="2026-01-01T00:00:00Z")
    assert forget_subscriber_lists() == 1
    assert SubscriberImport.objects.get().content == b""


def test_nobody_sees_the_list_of_somebody_else(upload: Callable[..., Any]) -> None:
    page = upload(MAILCHIMP)["Location"]
    other = Client()
    other.force_login(account("Mia", "manager"))
    assert other.get(page)["Location"] == URL


def test_who_asks_is_told_what_they_agreed_to_elsewhere(bring: Callable[..., str]) -> None:
    bring(MAILCHIMP)
    [consent] = export_person(address="zoe@example.org")["consents_given_elsewhere"]
    assert consent == {"wording": WORDS, "where": PROOF["place"], "given_on": "2023-03-02"}


def test_a_file_without_addresses_is_refused(upload: Callable[..., Any]) -> None:
    assert "No column of this file holds e-mail addresses." in upload("name,city\nZoë,Berlin\n").text

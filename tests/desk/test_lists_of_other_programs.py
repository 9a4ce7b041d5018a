"""Exports as other newsletter programs write them today, whose files say less than they seem to."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from foundation.tokens import hash_address
from mailings.models import Suppression
from newsletters.models import Subscriber
from tests.browser_posts import untouched
from tests.desk.test_import_subscribers import LISTMONK, MAILCHIMP, PROOF, URL, joined

# "Export unsubscribes and bounces", with a column for each kind of mail of that clinic.
HUBSPOT_LEFT = """Email,Portal Bounce,Portal Unsubscribe,Portal Spam Report,Global Bounce,Marketing Information,Our news
zoe@example.org,FALSE,TRUE,FALSE,FALSE,TRUE,TRUE
bob@example.org,UNKNOWN_USER,FALSE,FALSE,FALSE,FALSE,FALSE
eve@example.org,FALSE,FALSE,TRUE,FALSE,FALSE,FALSE
kim@example.org,FALSE,FALSE,FALSE,TRUE,FALSE,FALSE
lee@example.org,FALSE,FALSE,FALSE,FALSE,FALSE,TRUE
"""
DEAD = ("bob@example.org", "kim@example.org")
LEFT = ("zoe@example.org", "eve@example.org", "lee@example.org")
ADDRESSES = "Email Address,First Name\nzoe@example.org,Zoë\n"


@pytest.fixture
def bring(desk: Client, django_capture_on_commit_callbacks: Any) -> Callable[..., str]:
    """Uploads a file of that name, looks, and does it; what the page said before."""

    def do(text: str, name: str = "list.csv", **fields: str) -> str:
        form = {**untouched(desk.get(URL), "import-form"), **PROOF, "agreed_on": "2025-05-05", **fields}
        page = desk.post(URL, {**form, "file": SimpleUploadedFile(name, text.encode())})["Location"]
        before = desk.get(page)
        with django_capture_on_commit_callbacks(execute=True):
            assert desk.post(page, untouched(before, "confirm-form")).status_code == 302
        return str(before.text)

    return do


def stopped(reason: str) -> set[str]:
    return {*Suppression.objects.standing().filter(reason=reason).values_list("address_hash", flat=True)}


def test_hubspots_file_of_who_left_or_is_dead_subscribes_nobody(bring: Callable[..., str]) -> None:
    bring(HUBSPOT_LEFT)
    assert joined() == {}
    assert stopped("unsubscribed") == {*map(hash_address, LEFT)}
    assert stopped("comes_back") == {*map(hash_address, DEAD)}


@pytest.mark.parametrize(
    ("name", "reason"),
    [("unsubscribed_members_export_3f2a.csv", "unsubscribed"), ("cleaned_members_export_3f2a.csv", "comes_back")],
)
def test_mailchimps_names_of_files_say_who_left_also_where_no_column_does(
    bring: Callable[..., str], name: str, reason: str
) -> None:
    bring(ADDRESSES, name)
    assert joined() == {}
    assert stopped(reason) == {hash_address("zoe@example.org")}


def test_whoever_never_asked_for_news_there_is_not_subscribed_here(bring: Callable[..., str]) -> None:
    # The same columns as of who did: of a customer, the day is that of an order.
    assert "never confirmed there" in bring(MAILCHIMP, "nonsubscribed_email_audience_export_3f2a.csv")
    assert joined() == {}
    assert not Suppression.objects.exists()


def test_mailchimps_file_of_who_is_subscribed_is_read_as_ever(bring: Callable[..., str]) -> None:
    bring(MAILCHIMP, "subscribed_email_audience_export_3f2a.csv")
    assert {*joined().values()} == {Subscriber.State.CONFIRMED}


def test_of_listmonks_file_it_is_said_that_who_left_a_list_may_stand_in_it(bring: Callable[..., str]) -> None:
    warning = "which calls everybody “enabled”"
    assert warning in bring(LISTMONK)
    assert warning not in bring(MAILCHIMP)


def test_an_export_that_is_still_packed_is_refused_with_what_to_do(desk: Client) -> None:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("subscribed_email_audience_export_3f2a.csv", MAILCHIMP)
    form = {**untouched(desk.get(URL), "import-form"), **PROOF}
    answer = desk.post(URL, {**form, "file": SimpleUploadedFile("audience_export_3f2a.zip", packed.getvalue())})
    assert answer.status_code == 422
    assert "Unpack it, and bring each of the files in it." in answer.text

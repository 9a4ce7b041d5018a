from typing import Any

import pytest
from django.test import Client

from enquiries.models import Lead
from mailings.models import Suppression
from mailings.rules import why_not_mailed
from tests.lead_lists import bring, counts, preview_of, refused_rows

MARKED = """Name,Email,Unsubscribed from all email,Email hard bounce reason,Status,May be mailed
Zoë,zoe@example.org,true,,,
Bo,bo@example.org,,UNKNOWN_USER,,
Cy,cy@example.org,,,complained,
Di,di@example.org,,,,no
Ed,ed@example.org,false,,Subscribed,yes
Zoë again,ZOE@example.org,,,,
"""


def test_of_whom_the_list_says_that_they_stopped_nobody_becomes_a_lead(desk: Client) -> None:
    page = bring(desk, MARKED)
    assert counts(page) == (1, 0, 1, 4)
    assert Lead.objects.get().email == "ed@example.org"
    reasons = [row[1] for row in refused_rows(desk, page)[1:5]]
    assert reasons == [
        "The list says that they want no mail: “true”.",
        "The list says that their mail comes back: “UNKNOWN_USER”.",
        "The list says that they reported mail as spam: “complained”.",
        "The list says that they want no mail: “no”.",
    ]
    assert not Suppression.objects.exists()


def test_a_stop_counts_for_the_person_wherever_in_the_list_it_stands(desk: Client) -> None:
    page = bring(desk, "email,opt out\nzoe@example.org,\nZoe@example.org,yes\n")
    assert counts(page) == (0, 0, 1, 1)


def test_their_addresses_are_kept_from_mail_only_when_somebody_asks_for_it(desk: Client) -> None:
    _url, page = preview_of(desk, MARKED)
    assert "The list says of 4 people that they want no mail" in page.text
    bring(desk, MARKED, keep_from_mail="on")
    addresses = [f"{name}@example.org" for name in ("zoe", "bo", "cy", "di", "ed")]
    assert {address: why.value for address, why in why_not_mailed(addresses).items()} == {
        "zoe@example.org": "asked_to_stop",
        "bo@example.org": "hard_bounce",
        "cy@example.org": "complaint",
        "di@example.org": "asked_to_stop",
    }


def test_whoever_is_a_lead_already_is_kept_from_mail_too_and_stays_one(desk: Client) -> None:
    Lead.objects.create(email="zoe@example.org", next_action="x", next_action_on="2028-01-01")
    page = bring(desk, "email,opt out\nzoe@example.org,yes\n", keep_from_mail="on")
    assert counts(page) == (0, 0, 0, 1)
    assert list(why_not_mailed(["zoe@example.org"])) == ["zoe@example.org"]
    assert Lead.objects.filter(email="zoe@example.org", stage="new").exists()


@pytest.mark.parametrize("status", ["unsubscribed", "cleaned"])
def test_a_list_without_such_marks_asks_nothing(desk: Client, status: str) -> None:
    heads = {"unsubscribed": "UNSUB_TIME", "cleaned": "CLEAN_TIME"}
    marked: Any = preview_of(desk, f"Email Address,{heads[status]}\nzoe@example.org,2024-05-31 10:00:00\n")[1]
    assert "keep_from_mail" in marked.text
    plain: Any = preview_of(desk, "Email Address,Notes\nzoe@example.org,x\n")[1]
    assert "keep_from_mail" not in plain.text

import pytest
from django.test import Client

from enquiries.actions import erase_person
from enquiries.models import ErasedPerson, Lead
from mailings.actions import suppress
from mailings.models import Suppression
from tests.conftest import AWKWARD_NAME
from tests.lead_lists import bring, counts, preview_of, refused_rows

LISTED = f"""Name,E-mail 1 - Value,E-mail 2 - Value,Phone 1 - Value,Notes
{AWKWARD_NAME},zoe.work@example.com,Zoe.Private@example.org,+49 30 901820,Left knee
"""
PLAN = {"next_action": "x", "next_action_on": "2028-01-01"}


def listed(*, email: str, further: str = "", phone: str = "", name: str = AWKWARD_NAME) -> str:
    return f"Name,E-mail 1 - Value,E-mail 2 - Value,Phone 1 - Value\n{name},{email},{further},{phone}\n"


@pytest.fixture
def erased(first_content: None) -> None:
    Lead.objects.create(email="zoe.private@example.org", name=AWKWARD_NAME, phone="030 901820", **PLAN)
    erase_person(address="zoe.private@example.org")


@pytest.mark.parametrize(
    "row",
    [
        {"email": "zoe.work@example.com", "further": "zoe.private@example.org"},
        {"email": "zoe.work@example.com", "phone": "+49 30 901820"},
        {"email": "zoe.work@example.com", "further": "zoe.home@example.com", "phone": "+49 (0)30 901820"},
    ],
    ids=["further address", "number", "number beside further address"],
)
def test_an_erased_person_is_asked_about_by_whatever_the_list_knows_them_by(
    desk: Client, erased: None, row: dict[str, str]
) -> None:
    _url, page = preview_of(desk, listed(**row))
    assert page.text.count("Bring back</label>") == 1
    assert counts(bring(desk, listed(**row))) == (0, 0, 0, 1)
    assert not Lead.objects.filter(erased_at=None).exists()
    assert counts(bring(desk, listed(**row), bring_back="2")) == (1, 0, 0, 0)


def test_another_person_at_the_number_of_an_erased_one_comes_in(desk: Client, erased: None) -> None:
    assert counts(bring(desk, listed(email="bo@example.org", phone="030 901820", name="Bo"))) == (1, 0, 0, 0)


def test_of_two_who_were_erased_the_later_day_is_told(desk: Client, erased: None) -> None:
    erase_person(address="zoe.work@example.com")
    ErasedPerson.objects.update(erased_on="2026-05-03")
    erase_person(address="zoe.private@example.org")
    today = ErasedPerson.objects.order_by("-erased_on")[0].erased_on
    page = bring(desk, listed(email="zoe.work@example.com", further="zoe.private@example.org"))
    assert refused_rows(desk, page)[1][1] == f"This person was erased here on {today}."


def test_who_asked_us_to_stop_at_one_address_comes_in_by_no_other(desk: Client, first_content: None) -> None:
    suppress(address="zoe.private@example.org", reason=Suppression.Reason.HARD_BOUNCE)
    suppress(address="zoe.private@example.org", reason=Suppression.Reason.ASKED_TO_STOP)
    page = bring(desk, LISTED)
    assert counts(page) == (0, 0, 0, 1)
    assert refused_rows(desk, page)[1][1] == "Nothing may be sent to this address: they asked us to stop."


def test_a_further_address_that_is_dead_keeps_nobody_out(desk: Client, first_content: None) -> None:
    suppress(address="zoe.private@example.org", reason=Suppression.Reason.HARD_BOUNCE)
    assert counts(bring(desk, LISTED)) == (1, 0, 0, 0)


def test_what_the_list_says_of_one_address_counts_for_the_row_that_has_it_beside_another(
    desk: Client, first_content: None
) -> None:
    text = "name,email,e-mail 2 address,opt out\nZoe,zoe.work@example.com,zoe@example.org,\nZ,zoe@example.org,,yes\n"
    assert counts(bring(desk, text)) == (0, 0, 0, 2)


def test_who_is_a_lead_by_a_further_address_stays_one_and_the_new_address_is_kept(
    desk: Client, first_content: None
) -> None:
    known = Lead.objects.create(email="zoe.private@example.org", name=AWKWARD_NAME, phone="+49 30 901820", **PLAN)
    _url, page = preview_of(desk, LISTED)
    assert counts(page) == (0, 1, 0, 0)
    (row,) = page.context["known"]
    assert [(str(label), stored, new) for label, stored, new in row["pairs"]] == [
        ("E-mail address", "zoe.private@example.org", "zoe.work@example.com")
    ]
    bring(desk, LISTED)
    bring(desk, LISTED)
    assert list(Lead.objects.all()) == [known]
    assert [note.text.splitlines() for note in known.events.filter(kind="note")] == [
        ["zoe.work@example.com", "Left knee", "Zoe.Private@example.org"]
    ]


def test_who_is_a_lead_by_the_first_address_is_that_one(desk: Client, first_content: None) -> None:
    for address in ("zoe.private@example.org", "zoe.work@example.com"):
        Lead.objects.create(email=address, **PLAN)
    _url, page = preview_of(desk, LISTED)
    (row,) = page.context["known"]
    assert row["lead"].email == "zoe.work@example.com"
    assert "E-mail address" not in [str(label) for label, *_values in row["pairs"]]


def test_a_merged_lead_leads_to_whom_it_lives_on_in(desk: Client, first_content: None) -> None:
    survivor = Lead.objects.create(email="zoe@example.org", **PLAN)
    Lead.objects.create(email="zoe.private@example.org", merged_into=survivor, **PLAN)
    bring(desk, LISTED)
    assert survivor.events.get(kind="note").text.startswith("zoe.work@example.com")

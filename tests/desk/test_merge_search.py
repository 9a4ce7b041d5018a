from typing import Any

import pytest
from django.test import Client

from enquiries.models import Lead, LeadEvent
from foundation.models import ClinicProfile
from tests.conftest import AWKWARD_NAME
from tests.desk.test_two_people_editing import url


def make(name: str, **fields: Any) -> Lead:
    day = ClinicProfile.objects.current().today()
    return Lead.objects.create(name=name, next_action="Call", next_action_on=day, **fields)


@pytest.fixture
def other(first_content: None) -> Lead:
    return make(AWKWARD_NAME, email="zoe@work.example", phone="+353 1 234 5678")


@pytest.fixture
def kept(first_content: None) -> Lead:
    return make("Zoë Müller", email="zoe@home.example")


@pytest.mark.parametrize("typed", ["o’brien", "zoe@work.example", "01 2345678", "#{pk}", "{pk}", "work.example"])
def test_whom_to_merge_is_found_by_name_address_telephone_and_number(
    desk: Client, kept: Lead, other: Lead, typed: str
) -> None:
    page = desk.get(url(kept, "merge"), {"other": typed.format(pk=other.pk)})
    assert page.context["other"] == other
    assert "Merge the two" in page.text


def test_of_several_one_is_chosen_and_never_the_lead_itself(desk: Client, kept: Lead, other: Lead) -> None:
    more = make("Zoë Nobody", phone="555 010 0123")
    page = desk.get(url(kept, "merge"), {"other": "zoe"})
    assert (page.status_code, page.context["other"], page.context["found"]) == (200, None, [more, other])
    for lead in (more, other):
        assert f'href="{url(kept, "merge")}?other=%23{lead.pk}"' in page.text
    assert "zoe@work.example" in page.text
    assert desk.get(f"{url(kept, 'merge')}?other=%23{more.pk}").context["other"] == more


def test_nobody_of_that_name_is_said_beside_the_field(desk: Client, kept: Lead) -> None:
    page = desk.get(url(kept, "merge"), {"other": "Quentin"})
    assert (page.status_code, "There is no such lead." in page.text) == (422, True)


def test_a_digit_that_is_somebody_s_number_and_in_another_s_telephone_asks(desk: Client, kept: Lead) -> None:
    numbered = make("By number", email="n@example.org")
    dialled = make("By telephone", phone=f"+49 {numbered.pk:07d}")
    page = desk.get(url(kept, "merge"), {"other": f"{numbered.pk:07d}"})
    assert set(page.context["found"]) == {numbered, dialled}


@pytest.mark.parametrize("sign", ["#", ""])
def test_whom_the_page_shows_is_merged_whatever_telephone_has_the_number_in_it(
    desk: Client, kept: Lead, other: Lead, sign: str
) -> None:
    make("By telephone", phone=f"+49 {other.pk:07d}{other.pk}")
    page = desk.get(url(kept, "merge"), {"other": f"#{other.pk}"})
    assert f'name="other" value="#{other.pk}"' in page.text
    assert desk.post(url(kept, "merge"), {"other": f"{sign}{other.pk}"}).status_code == 302
    other.refresh_from_db()
    assert other.merged_into == kept


def test_a_note_moves_to_who_is_found_by_name_and_several_are_named(desk: Client, kept: Lead, other: Lead) -> None:
    desk.post(url(kept, "note"), {"text": "Knee"})
    note = kept.events.get(kind=LeadEvent.Kind.NOTE)
    make("Zoë Nobody", phone="555 010 0123")
    refused = desk.post(url(kept, "take-back"), {"note": note.pk, "moves": "on", "other": "zoë"})
    assert f"Several are found: Zoë Nobody (#{Lead.objects.latest('pk').pk})" in refused.text
    assert desk.post(url(kept, "take-back"), {"note": note.pk, "moves": "on", "other": "o'brien"}).status_code == 302
    assert other.events.get(kind=LeadEvent.Kind.NOTE).text == "Knee"

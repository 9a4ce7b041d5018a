from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from enquiries.actions import change_details
from enquiries.models import Enquiry, Lead, LeadEvent
from tests.conftest import AWKWARD_NAME
from tests.desk.test_two_people_editing import form_on, url


@pytest.fixture
def told(ask: Callable[..., Any]) -> Lead:
    """Wrote twice, the second time with another number."""
    ask(phone="111 1111", country="US")
    ask(phone="222 2222", country="US", message="Again")
    return Lead.objects.get()


def offered(desk: Client, lead: Lead) -> list[str]:
    return [offer.value for offer in desk.get(url(lead)).context["offers"]]


def answer(lead: Lead, field: str = "phone", **more: Any) -> dict[str, Any]:
    return {"field": field, "enquiry": Enquiry.objects.latest("received_at").pk, **more}


def test_what_they_wrote_anew_is_offered_and_accepted(desk: Client, told: Lead, staff: Any) -> None:
    page = desk.get(url(told)).text
    assert "They wrote another telephone number on" in page
    assert desk.post(url(told, "accept"), {**form_on(page, "accept-phone"), **answer(told)}).status_code == 302
    told.refresh_from_db()
    assert told.phone == "222 2222"
    event = told.events.get(kind=LeadEvent.Kind.DETAILS)
    assert (event.actor, event.data["before"], event.data["enquiry"]) == (
        staff, {"phone": "111 1111"}, answer(told)["enquiry"],
    )  # fmt: skip
    # The older number is not offered in its turn.
    assert offered(desk, told) == []


def test_what_is_kept_is_not_offered_again_until_they_write_again(
    desk: Client, told: Lead, ask: Callable[..., Any]
) -> None:
    for _time in range(2):
        assert desk.post(url(told, "accept"), answer(told, keep="on")).status_code == 302
    told.refresh_from_db()
    assert told.phone == "111 1111"
    assert told.events.filter(kind=LeadEvent.Kind.DETAILS).count() == 1
    assert "ours was kept" in desk.get(url(told)).text
    assert offered(desk, told) == []
    ask(phone="333 3333", message="A third time", name="Zoë Miller")
    assert offered(desk, told) == ["Zoë Miller", "333 3333"]


def test_a_change_by_hand_says_more_than_an_earlier_enquiry(desk: Client, told: Lead, staff: Any) -> None:
    change_details(lead=told, details={"phone": "444 4444"}, by=staff)
    assert offered(desk, told) == []


def test_an_agreeing_or_empty_value_offers_nothing(desk: Client, ask: Callable[..., Any]) -> None:
    ask(phone="111 1111")
    ask(phone=" 111 1111 ", message="Again", name=f"  {AWKWARD_NAME} ")
    ask(phone="", country="", message="And again")
    assert offered(desk, Lead.objects.get()) == []


def test_accepting_over_what_a_colleague_typed_meanwhile_is_told_first(desk: Client, told: Lead, staff: Any) -> None:
    page = desk.get(url(told)).text
    post = {**form_on(page, "accept-phone"), **answer(told)}
    change_details(lead=told, details={"phone": "555 5555"}, by=staff)
    assert desk.post(url(told, "accept"), post).status_code == 409
    told.refresh_from_db()
    assert told.phone == "555 5555"


def test_a_stale_page_keeps_what_a_colleague_changed_elsewhere(desk: Client, told: Lead, staff: Any) -> None:
    post = {**form_on(desk.get(url(told)).text, "accept-phone"), **answer(told)}
    change_details(lead=told, details={"name": "Theirs"}, by=staff)
    assert desk.post(url(told, "accept"), post).status_code == 302
    told.refresh_from_db()
    assert (told.name, told.phone) == ("Theirs", "222 2222")


def test_nothing_is_taken_from_an_enquiry_of_somebody_else(desk: Client, told: Lead, ask: Callable[..., Any]) -> None:
    ask(email="other@example.com", phone="999 9999")
    assert desk.post(url(told, "accept"), answer(told)).status_code == 422
    told.refresh_from_db()
    assert told.phone == "111 1111"

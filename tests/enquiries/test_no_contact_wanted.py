from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from desk.list.lead_filters import downloaded_not_called
from enquiries.actions import note_download, release_enquiry
from enquiries.models import ContactChoice, Enquiry, Lead, PacketDelivery, contact_choices
from foundation.models import ClinicProfile

Ask = Callable[..., Any]


@pytest.fixture
def silent(ask: Ask) -> Lead:
    """Somebody who wanted the packet and nothing else."""
    ask(consent_contact=None)
    return Lead.objects.get()


def test_who_wants_no_contact_waits_for_no_answer_and_nobody_is_to_write(silent: Lead, desk: Client) -> None:
    assert (silent.stage, silent.next_action) == ("new", "wait_for_them")
    assert silent.next_action_on == ClinicProfile.objects.current().today() + timedelta(days=30)
    assert (silent.asked_at, silent.first_answer_due_at) == (None, None)
    assert str(silent) not in desk.get("/admin/enquiries/lead/?answer=waiting").text


def test_who_only_downloaded_the_packet_need_not_be_called(ask: Ask, silent: Lead) -> None:
    ask(email="other@example.com")
    for delivery in PacketDelivery.objects.all():
        note_download(delivery=delivery)
    assert [lead.email for lead in downloaded_not_called()] == ["other@example.com"]
    Lead.objects.filter(email="other@example.com").update(merged_into=silent)
    assert list(downloaded_not_called()) == [silent]


def test_who_asked_and_was_merged_twice_over_is_to_be_called(ask: Ask, silent: Lead) -> None:
    for name in ("first", "second"):
        ask(email=f"{name}@example.com", consent_contact="on" if name == "first" else None)
    first, second = (Lead.objects.get(email=f"{name}@example.com") for name in ("first", "second"))
    Lead.objects.filter(pk=first.pk).update(merged_into=second)
    Lead.objects.filter(pk=second.pk).update(merged_into=silent)
    note_download(delivery=silent.deliveries.get())
    assert contact_choices([silent]) == {silent.pk: ContactChoice.EITHER}
    assert list(downloaded_not_called()) == [silent]
    Enquiry.objects.filter(lead__in=[first, second]).update(lead=None, verdict="discarded")
    assert list(downloaded_not_called()) == []


def test_asking_later_starts_the_clock_and_allows_contact(ask: Ask, silent: Lead) -> None:
    ask(contact_by="email")
    silent.refresh_from_db()
    assert silent.asked_at == Enquiry.objects.latest("pk").received_at
    assert (silent.next_action, silent.next_action_on) == (
        "answer_new_enquiry",
        ClinicProfile.objects.current().today(),
    )
    assert contact_choices([silent]) == {silent.pk: ContactChoice.EMAIL}


def test_another_packet_takes_back_no_consent_and_wakes_nobody(ask: Ask, lead: Lead) -> None:
    Lead.objects.update(next_action="Call", next_action_on="2028-01-01")
    ask(consent_contact=None, contact_by="email")
    lead.refresh_from_db()
    assert (lead.next_action, contact_choices([lead])) == ("Call", {lead.pk: ContactChoice.EITHER})


def test_released_it_is_the_same(ask: Ask, staff: Any) -> None:
    ask(consent_contact=None, leave_this_empty="x")
    release_enquiry(enquiry=Enquiry.objects.get(), by=staff)
    assert Lead.objects.get().first_answer_due_at is None


def test_who_asked_and_is_merged_into_a_silent_one_may_be_contacted(ask: Ask, silent: Lead) -> None:
    ask(email="a@example.com", contact_by="phone")
    ask(email="b@example.com", consent_contact=None)
    first, second = Lead.objects.get(email="a@example.com"), Lead.objects.get(email="b@example.com")
    Lead.objects.filter(pk=first.pk).update(merged_into=second)
    Lead.objects.filter(pk=second.pk).update(merged_into=silent)
    found = contact_choices([silent, second, first])
    assert found == dict.fromkeys([silent.pk, second.pk, first.pk], ContactChoice.PHONE)


def test_a_lead_whom_no_form_asked_may_be_contacted(first_content: None) -> None:
    lead = Lead.objects.create(phone="555 0100", next_action="Call", next_action_on=timezone.now())
    assert contact_choices([lead]) == {}


@pytest.mark.parametrize("count", [1, 50])
def test_fifty_are_asked_as_one_is(ask: Ask, settings: Any, count: int, django_assert_num_queries: Any) -> None:
    settings.FORM_LIMITS = False
    for number in range(count):
        ask(email=f"zoe{number}@example.com")
    leads = list(Lead.objects.all())
    with django_assert_num_queries(2):
        assert len(contact_choices(leads)) == count

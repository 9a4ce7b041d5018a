"""People who merge, take apart, call and correct at the same moment as those leads write to us."""

import os
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from enquiries.actions import log_call, merge_leads, request_packet, unmerge_lead
from enquiries.actions.intake import Submission
from enquiries.actions.leads import ChangedMeanwhile
from enquiries.models import Enquiry, Lead
from foundation.models import ClinicProfile, ConsentWording

ROUNDS = int(os.environ.get("MERGE_ROUNDS", "60"))
AT_ONCE = 4
Act = Callable[[], Any]


class Family:
    """Three with an address and two with a telephone only, whom no lock of an address keeps apart."""

    def __init__(self, chance: random.Random, staff: Any) -> None:
        self.chance, self.staff = chance, staff
        self.wording = ConsentWording.objects.current(ConsentWording.Kind.CONTACT)
        known: list[dict[str, str]] = [*({"email": f"{name}@example.org"} for name in "abc")]
        known += [{"phone": f"555 010{number}"} for number in range(2)]
        self.leads = [Lead.objects.create(**one, next_action="Call", next_action_on="2028-01-01") for one in known]

    def acts(self, number: int) -> list[Act]:
        """One of them always writes."""
        verbs = [self.merge, self.merge, self.merge, self.undo, self.call]
        return [self.ask(number), *(self.chance.choice(verbs)() for _act in range(AT_ONCE - 1))]

    def ask(self, number: int) -> Act:
        address = self.chance.choice("abc") + "@example.org"
        fields = {"name": "Zoë O'Brien & Sons", "email": address, "message": str(number)}
        return lambda: request_packet(submission=Submission(fields, self.wording, self.wording, None))

    def merge(self) -> Act:
        one, two = self.chance.sample(self.leads, 2)
        return lambda: merge_leads(lead=one, into=two, by=self.staff)

    def undo(self) -> Act:
        one = self.chance.choice(self.leads)
        return lambda: unmerge_lead(lead=Lead.objects.get(pk=one.pk), by=self.staff)

    def call(self) -> Act:
        one = self.chance.choice(self.leads)
        return lambda: log_call(lead=one, outcome="no_answer", by=self.staff)


def together(pool: ThreadPoolExecutor, acts: list[Act]) -> None:
    ready = Barrier(len(acts))

    def tried(act: Act) -> None:
        ready.wait()
        try:
            act()
        except (ValidationError, ChangedMeanwhile):
            return
        finally:
            connection.close()

    list(pool.map(tried, acts))


@pytest.mark.timeout(300)
@pytest.mark.django_db(transaction=True)
def test_merges_undos_and_enquiries_at_once_lose_nobody(first_content: None, staff: Any) -> None:
    chance = random.Random(7)
    family = Family(chance, staff)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number in range(ROUNDS):
            Lead.objects.update(next_action_on=ClinicProfile.objects.current().today() + timedelta(days=30))
            together(pool, family.acts(number))
            newest = Enquiry.objects.latest("pk")
            assert newest.lead is not None
            # Merged a moment after they wrote, they wait on as the survivor, whose plan stays.
            waiting = Lead.objects.due(ClinicProfile.objects.current().today()) | Lead.objects.awaiting_answer()
            assert newest.lead.survivor() in waiting
    assert Enquiry.objects.count() == ROUNDS
    for enquiry in Enquiry.objects.select_related("lead"):
        assert enquiry.lead
        assert enquiry.lead.email == enquiry.email

"""Histories of people who write, are held, merged, taken apart and corrected at random: whose words are where then?"""

import json
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q

from clinic.embedded.speech import say
from enquiries.actions import (
    add_note,
    change_details,
    correct_address,
    erase_person,
    export_person,
    log_call,
    merge_leads,
    move_lead,
    release_enquiry,
    request_packet,
    unmerge_lead,
)
from enquiries.actions.clocks import ANSWERS
from enquiries.actions.intake import Submission
from enquiries.models import Enquiry, Lead, LeadEvent
from enquiries.models.merges import together
from foundation.models import ClinicProfile, ConsentWording
from tests.faults.conftest import SEED

ADDRESSES = [f"{name}@example.org" for name in "abcd"]
STEPS = 16
# What 20 seconds of a processor allow. A thousand take it ten minutes, and those of ./run faults most of a day.
RUNS = os.environ.get("WORDS_RUNS")
HISTORIES = [int(RUNS or 30), pytest.param(int(RUNS or 100_000), marks=pytest.mark.full)]


class Told:
    """What was said to whom, kept beside the site: words by the lead they were said to, or by address while held."""

    def __init__(self, seed: int, staff: Any) -> None:
        self.random = random.Random(seed)
        self.staff = staff
        self.wording = ConsentWording.objects.current(ConsentWording.Kind.CONTACT)
        self.words: dict[str, int | str] = {}

    def go_on(self) -> None:
        often = [self.ask, self.ask, self.ask, self.merge, self.merge, self.undo]
        seldom = [self.hold, self.release, self.note, self.correct, self.call, self.close, self.rename]
        for step in range(STEPS):
            self.tried(self.random.choice([*often, *seldom]), f"canary{step:03}x")

    def tried(self, verb: Any, words: str = "") -> None:
        try:
            with transaction.atomic():
                verb(words)
        # A lead that cannot be merged or moved, or none there yet.
        except (ValidationError, IndexError):
            return

    def leads(self, **which: Any) -> list[Lead]:
        return list(Lead.objects.filter(**which).order_by("pk"))

    def some(self) -> Lead:
        return self.random.choice(self.leads(merged_into=None))

    def submission(self, words: str, held_reason: str = "") -> Submission:
        fields = {"name": name_in(words), "email": self.random.choice(ADDRESSES), "message": words}
        return Submission(fields, self.wording, self.wording, None, held_reason)

    def ask(self, words: str) -> None:
        asked = self.submission(words)
        request_packet(submission=asked)
        self.say(words, Lead.objects.get(email=asked.email).pk)

    def hold(self, words: str) -> None:
        asked = self.submission(words, "hidden_field")
        request_packet(submission=asked)
        self.say(words, asked.email)

    def release(self, _words: str) -> None:
        released = release_enquiry(enquiry=self.random.choice(list(Enquiry.objects.held())), by=self.staff)
        self.say(released.fields["message"], Lead.objects.get(email=released.email).pk)

    def say(self, words: str, whose: int | str) -> None:
        self.words.update(dict.fromkeys([words, name_in(words)], whose))

    def note(self, words: str) -> None:
        lead = self.some()
        add_note(lead=lead, text=words, by=self.staff)
        self.words[words] = lead.pk

    def call(self, words: str) -> None:
        lead = self.some()
        log_call(lead=lead, outcome="spoke", text=words, by=self.staff)
        self.words[words] = lead.pk

    def close(self, _words: str) -> None:
        move_lead(lead=self.some(), stage="lost", reason="too far away", by=self.staff)

    def rename(self, words: str) -> None:
        lead = self.some()
        change_details(lead=lead, details={"name": words}, by=self.staff)
        self.words[words] = lead.pk

    def merge(self, _words: str) -> None:
        lead, into = self.some(), self.some()
        fields = ("name", "next_action", "owner")
        chosen = {field: self.random.choice([lead, into]).pk for field in fields if self.random.random() < 0.7}
        merge_leads(lead=lead, into=into, by=self.staff, chosen=chosen)

    def undo(self, _words: str) -> None:
        unmerge_lead(lead=self.random.choice(self.leads(merged_into__isnull=False)), by=self.staff)

    def correct(self, _words: str) -> None:
        correct_address(lead=self.some(), email=self.random.choice(ADDRESSES), resend=False, by=self.staff)

    def of(self, lead: Lead) -> set[str]:
        family = lead.survivor().family()
        known = {*(member.pk for member in family), *(member.email for member in family)}
        return {words for words, whose in self.words.items() if whose in known}

    def undo_all(self) -> None:
        while self.leads(merged_into__isnull=False):
            self.undo("")


def name_in(words: str) -> str:
    """What they call themselves in the same breath."""
    return words.replace("canary", "Zoë O'Brien ")


@contextmanager
def rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@cache
def tables() -> list[str]:
    """Where something of a person may stand; the bytes of packets are large, and of nobody."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
    rooms = ("enquiries_", "mailings_", "newsletters_", "foundation_", "clinic_")
    return [name for name in sorted(names) if name.startswith(rooms) and name != "enquiries_packetversion"]


def everything() -> str:
    parts = [f"(SELECT string_agg(one::text, ' ') FROM {name} AS one)" for name in tables()]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT concat_ws(' ', {', '.join(parts)})")
        return str(cursor.fetchone()[0])


@pytest.mark.timeout(0)
@pytest.mark.parametrize("histories", HISTORIES)
def test_whatever_was_merged_and_undone_nobodys_words_are_left_or_handed_to_another(
    first_content: None, staff: Any, histories: int
) -> None:
    say(f"FAULTS_SEED={SEED}")
    for seed in range(SEED, SEED + histories):
        with rolled_back():
            told = Told(seed, staff)
            told.go_on()
            handed_to_nobody_else(told, told.leads(email__isnull=False)[-1:], seed)
            with rolled_back():
                told.undo_all()
                handed_to_nobody_else(told, told.leads(email__isnull=False), seed)
                everybody_waits_for_their_own(seed)
            left_nowhere(told, seed)


def handed_to_nobody_else(told: Told, leads: list[Lead], seed: int) -> None:
    for lead in leads:
        handed_over = json.dumps(export_person(address=lead.email or ""), ensure_ascii=False)
        assert {words for words in told.words if words in handed_over} == told.of(lead), f"history {seed}"


def everybody_waits_for_their_own(seed: int) -> None:
    waiting = Lead.objects.awaiting_answer() | Lead.objects.due(ClinicProfile.objects.current().today())
    for lead in Lead.objects.order_by("pk"):
        own = lead.enquiries.values_list("received_at", flat=True)
        assert lead.asked_at is None or lead.asked_at in own, f"history {seed}"
        assert lead in waiting or not is_unanswered(lead), f"history {seed}"


def is_unanswered(lead: Lead) -> bool:
    """Their newest enquiry, by a talk or by a decision to follow them up no longer, also as somebody else."""
    newest = lead.events.filter(kind=LeadEvent.Kind.ENQUIRY).latest("at")
    places = [Q(lead=lead), *(Q(lead=merge.lead, at__range=merge.span) for merge in together(lead.pk))]
    closed = Q(kind=LeadEvent.Kind.STAGE, data__to="lost", actor__isnull=False)
    since = LeadEvent.objects.filter(ANSWERS | closed, pk__gt=newest.pk)
    return not any(since.filter(place).exists() for place in places)


def left_nowhere(told: Told, seed: int) -> None:
    leads = told.leads(email__isnull=False)
    if leads:
        gone = told.random.choice(leads)
        kept = set(told.words) - told.of(gone)
        erase_person(address=gone.email or "")
        left = everything()
        assert {words for words in told.words if words in left} == kept, f"history {seed}"

"""Histories of people who write, are held, merged, taken apart and corrected at random: whose words are where then?"""

import gc
import json
import os
import random
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any, NamedTuple

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
from foundation import outage
from foundation.models import ClinicProfile, ConsentWording
from tests.faults.conftest import SEED

ADDRESSES = [f"{name}@example.org" for name in "abcd"]
STEPS = 16
SAID = re.compile(r"(?:canary|Zoë O'Brien )\d{3}x")
# What some seconds of a processor allow; all those of ./run faults take it most of a night. They can be shared among
# several: FAULTS_SEED=0 WORDS_RUNS=50000 and FAULTS_SEED=50000 WORDS_RUNS=50000 are the first hundred thousand.
RUNS = os.environ.get("WORDS_RUNS")
HISTORIES = [int(RUNS or 30), pytest.param(int(RUNS or 100_000), marks=pytest.mark.full)]


class Row(NamedTuple):
    """Of a lead, what is asked for at each step: a tenth of the time that a whole one takes."""

    pk: int
    email: str | None
    merged_into: int | None


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
        # A lead that cannot be merged or moved, or none there yet. What an action began it takes back by itself.
        with suppress(ValidationError, IndexError):
            verb(words)

    def some(self) -> Lead:
        return self.one_of(lead for lead in everybody() if lead.merged_into is None)

    def one_of(self, leads: Iterable[Row]) -> Lead:
        return Lead.objects.get(pk=self.random.choice(list(leads)).pk)

    def submission(self, words: str, held_reason: str = "") -> Submission:
        fields = {"name": name_in(words), "email": self.random.choice(ADDRESSES), "message": words}
        return Submission(fields, self.wording, self.wording, None, held_reason)

    def ask(self, words: str) -> None:
        asked = self.submission(words)
        request_packet(submission=asked)
        self.say(words, whose(asked.email))

    def hold(self, words: str) -> None:
        asked = self.submission(words, "hidden_field")
        request_packet(submission=asked)
        self.say(words, asked.email)

    def release(self, _words: str) -> None:
        released = release_enquiry(enquiry=self.random.choice(list(Enquiry.objects.held())), by=self.staff)
        self.say(released.fields["message"], whose(released.email))

    def say(self, words: str, by: int | str) -> None:
        self.words.update(dict.fromkeys([words, name_in(words)], by))

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
        unmerge_lead(lead=self.one_of(lead for lead in everybody() if lead.merged_into), by=self.staff)

    def correct(self, _words: str) -> None:
        correct_address(lead=self.some(), email=self.random.choice(ADDRESSES), resend=False, by=self.staff)

    def of(self, lead: Row) -> set[str]:
        rows = {row.pk: row for row in everybody()}
        family = [row for row in rows.values() if survivor(row, rows) == survivor(lead, rows)]
        known = {*(member.pk for member in family), *(member.email for member in family)}
        return {words for words, whose in self.words.items() if whose in known}

    def undo_all(self) -> None:
        while any(lead.merged_into for lead in everybody()):
            self.undo("")


def everybody() -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, email, merged_into_id FROM enquiries_lead ORDER BY id")
        return [Row(*row) for row in cursor.fetchall()]


def with_address() -> list[Row]:
    return [lead for lead in everybody() if lead.email]


def whose(address: str) -> int:
    [found] = [lead.pk for lead in everybody() if lead.email == address]
    return found


def survivor(lead: Row, rows: dict[int, Row]) -> Row:
    return survivor(rows[lead.merged_into], rows) if lead.merged_into else lead


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
    # What is loaded by now stays: looked through for garbage again and again, it is a tenth of the time.
    gc.freeze()
    for seed in range(SEED, SEED + histories):
        # As in a request, which reads the clinic's name and hours once.
        with rolled_back(), outage.one_request():
            told = Told(seed, staff)
            told.go_on()
            handed_to_nobody_else(told, with_address()[-1:], seed)
            with rolled_back():
                told.undo_all()
                handed_to_nobody_else(told, with_address(), seed)
                everybody_waits_for_their_own(seed)
            left_nowhere(told, seed)
        if seed % 100 == 99:
            say(f"histories {SEED} to {seed} are through")
    say(f"histories: {histories}, of seeds {SEED} to {SEED + histories - 1}, 0 wrong")


def handed_to_nobody_else(told: Told, leads: list[Row], seed: int) -> None:
    for lead in leads:
        handed_over = json.dumps(export_person(address=lead.email or ""), ensure_ascii=False)
        assert words_in(handed_over) == told.of(lead), f"history {seed}"


def words_in(text: str) -> set[str]:
    return set(SAID.findall(text))


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
    leads = with_address()
    if leads:
        gone = told.random.choice(leads)
        kept = set(told.words) - told.of(gone)
        erase_person(address=gone.email or "")
        assert words_in(everything()) == kept, f"history {seed}"

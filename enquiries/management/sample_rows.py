"""The rows of one sample lead in every table that has some, as the triggers and actions would have left them."""

import json
import uuid
from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from enquiries.management.sample_people import REASONS, Person
from enquiries.models import Lead
from enquiries.rules import fields_sha256, utm_of

COLUMNS = {
    "enquiries_lead": (
        "id, name, email, phone, country, stage, closed_reason, owner_id, next_action, next_action_on, created_at, "
        "asked_at, first_answer_due_at, first_answered_at"
    ),
    "mailings_consent": "id, email, address_hash, wording_id, given, source_path, given_at",
    "enquiries_enquiry": (
        "id, uuid, lead_id, form, email, fields, fields_sha256, source_path, utm, language, verdict, held_reason, "
        "consent_contact_id, received_at"
    ),
    "mailings_outgoingemail": (
        "id, uuid, kind, audience, email, dedupe_key, message_id, state, next_attempt_at, attempts, last_reply, "
        "created_at, sent_at"
    ),
    "enquiries_packetdelivery": (
        "id, uuid, lead_id, enquiry_id, version_id, outgoing_id, created_at, first_downloaded_at"
    ),
    "enquiries_leadevent": "lead_id, kind, at, actor_id, text, data, enquiry_id",
}
# Whose ids are taken here, since others point at them.
NUMBERED = [table for table, columns in COLUMNS.items() if columns.startswith("id,")]

ANSWER_WITHIN = timedelta(hours=24)
USUAL_HOURS = 8
# A move to one of these is somebody's answer; the rest can happen without one.
ANSWERS = {"contacted", "in_conversation"}
# In so many of a hundred leads.
DOWNLOADED, BOUNCED, OWNED, NOTED = 45, 1, 80, 30
# A mail that came back long ago has been seen to.
STILL_MATTERS = timedelta(days=30)


class Writer:
    """Collects the rows of a batch. facts: what all leads share (wording, version, owners, now, today).

    All is by the seed but the uuids: these must be others in a second run beside the first.
    """

    def __init__(self, random: Random, first: dict[str, int], facts: dict[str, Any]) -> None:
        self.random = random
        self.ids = {table: count(number) for table, number in first.items()}
        self.facts = facts
        self.rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)

    def add(self, person: Person, at: datetime) -> None:
        lead = next(self.ids["enquiries_lead"])
        # Nobody has a mailbox in .example, so whatever staff try out goes to nobody.
        email = f"{person.mailbox}.{lead}@people.example"
        enquiry = self.add_enquiry(person, lead, email, at)
        self.add_event(lead, "stage", at, data={"from": "", "to": "new", "reason": ""})
        self.add_event(lead, "enquiry", at, enquiry=enquiry)
        self.add_packet(lead, enquiry, email, at)
        owner = self.random.choice(self.facts["owners"]) if self.chance(OWNED) else None
        answered = self.add_walk(person, lead, owner, at)
        self.add_lead(person, lead, email, owner, at, answered)

    def chance(self, percent: int) -> bool:
        return self.random.random() * 100 < percent

    def add_enquiry(self, person: Person, lead: int, email: str, at: datetime) -> int:
        consent, number = next(self.ids["mailings_consent"]), next(self.ids["enquiries_enquiry"])
        wording, words = self.facts["wording"], self.facts["wording_text"]
        self.rows["mailings_consent"].append((consent, email, "", wording, "web", person.source_path, at))
        typed = {"name": person.name, "email": email, "phone": person.phone, "country": person.country}
        fields = {**typed, "message": person.message, "consent_contact": "on"}
        self.rows["enquiries_enquiry"].append(
            (
                *(number, uuid.uuid4(), lead, "packet", email, json.dumps(fields), fields_sha256(fields)),
                *(person.source_path, json.dumps(utm_of(person.source_path)), "en", "accepted", "", consent, at),
            )
        )
        data = {"consent": consent, "given": "web"}
        self.add_event(lead, "consent", at, enquiry=number, text=words, data=data)
        return number

    def add_packet(self, lead: int, enquiry: int, email: str, at: datetime) -> None:
        outgoing, key, sent_at = next(self.ids["mailings_outgoingemail"]), uuid.uuid4(), at + timedelta(seconds=20)
        bounced = self.facts["now"] - at < STILL_MATTERS and self.chance(BOUNCED)
        state, reply = ("bounced", "550 5.1.1 no such user") if bounced else ("sent", "250 ok")
        message_id = f"<{key}@people.example>"
        self.rows["mailings_outgoingemail"].append(
            (
                outgoing,
                key,
                "packet",
                "person",
                email,
                f"packet:{enquiry}",
                message_id,
                state,
                at,
                1,
                reply,
                at,
                sent_at,
            )
        )
        version, mail = self.facts["version_text"], {"outgoing": str(key)}
        self.add_event(lead, "packet_queued", at, enquiry=enquiry, text=version, data=mail)
        kind = "packet_bounced" if bounced else "packet_sent"
        self.add_event(lead, kind, sent_at, enquiry=enquiry, text=reply if bounced else "", data=mail)
        downloaded_at = None
        if not bounced and self.chance(DOWNLOADED):
            downloaded_at = self.before_now(at + timedelta(hours=self.random.uniform(0.1, 48)))
            self.add_event(lead, "packet_downloaded", downloaded_at, enquiry=enquiry, text=version)
        number, link = next(self.ids["enquiries_packetdelivery"]), uuid.uuid4()
        self.rows["enquiries_packetdelivery"].append(
            (number, link, lead, enquiry, self.facts["version"], outgoing, at, downloaded_at)
        )

    def add_walk(self, person: Person, lead: int, owner: int | None, at: datetime) -> datetime | None:
        """Returns when somebody first answered: mostly the same day. Each later stage takes its share of the rest."""
        stage, moment, answered = "new", at, None
        actor = owner or self.random.choice(self.facts["owners"])
        for next_stage in person.walk:
            step = timedelta(hours=self.random.expovariate(1 / USUAL_HOURS)) if moment == at else None
            moment += step or (self.facts["now"] - moment) * self.random.uniform(0.05, 0.3)
            moment = self.before_now(moment)
            data = {"from": stage, "to": next_stage, "reason": REASONS.get(next_stage, "")}
            self.add_event(lead, "stage", moment, actor=actor, data=data)
            answered = answered or (moment if next_stage in ANSWERS else None)
            stage = next_stage
        if answered and self.chance(NOTED):
            self.add_event(lead, "note", answered, actor=actor, text="Rang; wants to talk it over at home.")
        return answered

    def add_lead(
        self, person: Person, lead: int, email: str, owner: int | None, at: datetime, answered: datetime | None
    ) -> None:
        stage = person.walk[-1] if person.walk else "new"
        action, on = ("", None) if stage in Lead.CLOSED else ("Call", self.some_day())
        self.rows["enquiries_lead"].append(
            (
                *(lead, person.name, email, person.phone, person.country, stage, REASONS.get(stage, ""), owner),
                *(action, on, at, at, at + ANSWER_WITHIN, answered),
            )
        )

    def some_day(self) -> date:
        """When the next action is due: some are late, most are to come."""
        return self.facts["today"] + timedelta(days=self.random.randrange(-3, 28))

    def before_now(self, moment: datetime) -> datetime:
        return min(moment, self.facts["now"])

    def add_event(self, lead: int, kind: str, at: datetime, **rest: Any) -> None:
        actor, text, data, enquiry = (rest.get(name) for name in ("actor", "text", "data", "enquiry"))
        self.rows["enquiries_leadevent"].append(
            (lead, kind, at, actor, text or "", json.dumps(data) if data else "{}", enquiry)
        )

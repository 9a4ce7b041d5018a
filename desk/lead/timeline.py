"""What happened with a lead, each event as a plain sentence. What visitors typed stays plain text to the end."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Topic
from desk import words
from desk.lead.events import MERGES, events_of, mails_of
from enquiries import countries
from enquiries.forms import CONTACT_BY, FOR_WHOM, PacketForm
from enquiries.models import Enquiry, Lead, LeadEvent
from enquiries.models.call_hours import call_hours_in_words
from enquiries.rules import lead_facts
from enquiries.words import consents_named, moment, say
from mailings.models import Consent, OutgoingEmail

Kind = LeadEvent.Kind
LABELS = {
    **{name: field.label for name, field in PacketForm.base_fields.items() if not name.startswith("consent_")},
    "name": gettext_lazy("Name"),
    "call_hours": gettext_lazy("Prefers to be called"),
    "consent_packet": gettext_lazy("Agreed to get the packet"),
    "consent_contact": gettext_lazy("Agreed to be contacted"),
    "consent_newsletter": gettext_lazy("Wants the newsletter"),
}
MERGE_LABELS: dict[str, Any] = {
    "name": gettext_lazy("name"),
    "phone": gettext_lazy("telephone"),
    "country": gettext_lazy("country"),
    "call_hours": gettext_lazy("when to call"),
    "owner": gettext_lazy("owner"),
    "next_action": gettext_lazy("next action"),
}
# All else that somebody types may say something of their health, even the page they came from.
CONSENTS = {"consent_packet", "consent_contact", "consent_newsletter"}
NOT_ABOUT_HEALTH = {"name", "email", "phone", "country", "contact_by", *CONSENTS}
# Whose quoted words come from the person, or from staff about the person.
QUOTES_THE_PERSON = {
    Kind.ENQUIRY,
    Kind.NOTE,
    Kind.STAGE,
    Kind.CALL,
    Kind.STOP_LIFTED,
    Kind.CONSENT_ENDED,
    Kind.PACKET_ASKED,
}
# A note, what was said in a call, and what the mail server said.
QUOTED = {
    Kind.NOTE,
    Kind.CALL,
    Kind.STOP_LIFTED,
    Kind.CONSENT_ENDED,
    Kind.PACKET_ASKED,
    Kind.PACKET_FAILED,
    Kind.PACKET_UNCERTAIN,
    Kind.PACKET_BOUNCED,
}
BY_THE_PERSON = {Kind.ENQUIRY, Kind.CONSENT, Kind.PACKET_DOWNLOADED, Kind.PACKET_COMPLAINED, Kind.DISOWNED}


class Typed(NamedTuple):
    """One field of an enquiry. stored: what the lead has instead, when that differs."""

    name: str
    label: Any
    value: str
    stored: str | None


class Line(NamedTuple):
    event: LeadEvent
    sentence: str
    who: Any
    quote: str
    typed: list[Typed]
    consent: Consent | None
    mail: int | None  # its page in the ledger
    withheld: bool = False
    # The number of the lead that it came with, before a merge.
    came_with: int | None = None
    # The form by which whoever wrote a note takes it back, as long as they may.
    take_back: Any = None

    @property
    def holds_health_text(self) -> bool:
        quotes = bool(self.quote) and self.event.kind in QUOTES_THE_PERSON
        tells = self.tells_a_plan or self.tells_an_outcome or self.event.tells_a_condition
        return quotes or tells or any(field.name not in NOT_ABOUT_HEALTH for field in self.typed)

    @property
    def tells_a_plan(self) -> bool:
        """In somebody's own words, within its sentence."""
        return self.event.kind == Kind.NEXT_ACTION and self.event.text not in ("", *Lead.Plan.values)

    @property
    def tells_an_outcome(self) -> bool:
        """In the clinic's own words, which may be about records or a treatment."""
        return "called" in self.event.data

    def without_health_text(self) -> "Line":
        """The rest of it, for who may not read what a person wrote."""
        if self.event.kind in OF_ANY_PACKET:
            return self._replace(sentence=str(OF_ANY_PACKET[Kind(self.event.kind)]))
        if not self.holds_health_text:
            return self
        sentence = _("Next action") if self.tells_a_plan else self.sentence
        if self.tells_an_outcome:
            sentence = call_sentence(self.event, own_words=False)
        return self._replace(sentence=sentence, quote="", typed=without_health_text(self.typed), withheld=True)


def timeline(family: list[Lead], newest: int | None) -> list[Line]:
    """Newest first, of a lead and of those merged into it. Six queries, however long it is."""
    lead = family[0]
    events = events_of(family, newest)
    consents = consents_named(events)
    say(events, consents)
    mails = mails_of(events)
    labels = choice_labels()
    return [
        line(event, lead, consents.get(event.data.get("consent")), labels, mails.get(event.data.get("outgoing", "")))
        for event in events
    ]


def line(
    event: LeadEvent, lead: Lead, consent: Consent | None, labels: dict[str, dict[str, Any]], mail: OutgoingEmail | None
) -> Line:
    is_enquiry = event.kind == Kind.ENQUIRY and event.enquiry is not None
    return Line(
        event=event,
        sentence=mail_sentence(event, mail) if event.kind == Kind.MAIL else SENTENCES[Kind(event.kind)](event),
        who=event.actor or (_("by the person") if event.kind in BY_THE_PERSON else _("automatically")),
        quote=quote(event),
        typed=typed(event.enquiry, lead, labels) if is_enquiry and event.enquiry else [],
        consent=consent,
        mail=mail.pk if mail else None,
        came_with=came_with(event, lead),
    )


def came_with(event: LeadEvent, lead: Lead) -> int | None:
    told_of = event.enquiry.lead_id if event.enquiry else event.lead_id
    return told_of if told_of != lead.pk and event.kind not in MERGES else None


def quote(event: LeadEvent) -> str:
    """Longer words of a person or a mail server, shown as a block of their own."""
    if event.kind == Kind.STAGE:
        return Lead.Closed.in_words(event.data.get("reason", ""))
    if event.kind == Kind.ENQUIRY and event.enquiry:
        return event.enquiry.fields.get("message", "")
    return event.said if event.kind in QUOTED else ""


def choice_labels() -> dict[str, dict[str, Any]]:
    ticked = {"on": _("yes")}
    return {
        "for_whom": dict(FOR_WHOM),
        "contact_by": dict(CONTACT_BY),
        "country": dict(countries.choices()),
        "topic": dict(Topic.objects.choices()),
        **dict.fromkeys(CONSENTS, ticked),
    }


def typed(enquiry: Enquiry, lead: Lead | None, labels: dict[str, dict[str, Any]]) -> list[Typed]:
    """Every field that was filled in, but the message, which is quoted; then where the person came from."""
    differing = differences(enquiry, lead) if lead else {}
    fields = [
        Typed(name, LABELS.get(name, name), str(labels.get(name, {}).get(value, value)), differing.get(name))
        for name, value in enquiry.fields.items()
        if value and name != "message"
    ]
    came_from = [Typed("source_path", _("From page"), enquiry.source_path, None)] if enquiry.source_path else []
    return [*fields, *came_from, *(Typed(name, name, value, None) for name, value in enquiry.utm.items())]


def without_health_text(fields: list[Typed]) -> list[Typed]:
    return [field for field in fields if field.name in NOT_ABOUT_HEALTH]


def differences(enquiry: Enquiry, lead: Lead) -> dict[str, str]:
    """What the lead has where the enquiry says something else. Posting never overwrites, so staff must see it."""
    posted = {**lead_facts(enquiry.fields), "email": enquiry.email}
    return {
        name: in_words(name, getattr(lead, name))
        for name, value in posted.items()
        if value and value != (getattr(lead, name) or "")
    }


def in_words(name: str, stored: str | None) -> str:
    if not stored:
        return _("nothing")
    shown = {"country": words.country, "call_hours": call_hours_in_words}.get(name)
    return shown(stored) if shown else stored


def stage_sentence(event: LeadEvent) -> str:
    old, new = event.data.get("from"), Lead.Stage(event.data["to"]).label
    if not old:
        return _("Began as “%(new)s”.") % {"new": new}
    return _("Stage: “%(old)s” → “%(new)s”.") % {"old": Lead.Stage(old).label, "new": new}


def enquiry_sentence(event: LeadEvent) -> str:
    enquiry = event.enquiry
    if enquiry and enquiry.form == Enquiry.Form.STAFF:
        return _("Asked us, by telephone or in person.")
    if enquiry and enquiry.verdict == Enquiry.Verdict.RELEASED:
        return _("Asked for the information packet; held at first, then released.")
    return _("Asked for the information packet.")


def consent_sentence(event: LeadEvent) -> str:
    if event.data.get("given") == Consent.Given.SPOKEN:
        return _("Agreed, spoken, to %(wording)s.") % {"wording": event.said}
    return _("Agreed on the site to %(wording)s.") % {"wording": event.said}


def not_sent_sentence(event: LeadEvent) -> str:
    # Without a code it is one of before there were codes, whose text is no sentence of its own.
    sentence = _("No packet was sent. %(why)s") if "why" in event.data else _("No packet was sent: %(why)s")
    return sentence % {"why": event.said or words.NOTHING}


def details_sentence(event: LeadEvent) -> str:
    kept = event.data.get("kept")
    if kept:
        return _("%(label)s: what an enquiry says was looked at, ours was kept.") % {"label": LABELS.get(kept, kept)}
    changes = [change_in_words(event.data, name) for name in event.data.get("before", {})]
    return _("Details changed: %(changes)s.") % {"changes": "; ".join(changes) or words.NOTHING}


def change_in_words(data: dict[str, Any], name: str) -> str:
    new = in_words(name, data.get("after", {}).get(name))
    if name in data.get("before_of", {}):
        of = {"label": LABELS.get(name, name), "lead": data["before_of"][name], "new": new}
        return _("%(label)s of lead #%(lead)s → “%(new)s”") % of
    old = in_words(name, data["before"][name])
    return _("%(label)s “%(old)s” → “%(new)s”") % {"label": LABELS.get(name, name), "old": old, "new": new}


def address_sentence(event: LeadEvent) -> str:
    if "mailed_as" in event.data:
        return _("Mail goes to the address of lead #%(lead)s.") % {"lead": event.data["mailed_as"]}
    if "mistyped" in event.data:
        address = event.said.partition(" → ")[0]
        return _("An address was mistyped and is not theirs: %(address)s") % {"address": address or words.NOTHING}
    return _("Address corrected: %(text)s") % {"text": event.said or words.NOTHING}


def merge_sentence(event: LeadEvent) -> str:
    names = {"lead": event.data.get("merged"), "survivor": event.lead_id}
    if event.kind == Kind.MERGED:
        merged = _("Lead #%(lead)s was merged into lead #%(survivor)s.") % names
        return " ".join([merged, *chosen_in_words(event.data.get("chosen", {}))])
    taken_out = _("Lead #%(lead)s was taken out of lead #%(survivor)s again.") % names
    whose = whose_sentence(event.data.get("whose", "")) % names
    return " ".join(filter(None, [taken_out, whose]))


def whose_sentence(whose: str) -> str:
    """Of what was said while the two were one."""
    return {
        "kept": _("That no contact or no mail is wanted was the word of #%(survivor)s."),
        "taken_out": _("That no contact or no mail is wanted was the word of #%(lead)s."),
        "both": _("That no contact or no mail is wanted goes on counting for both."),
    }.get(whose, "")


def chosen_in_words(chosen: dict[str, int]) -> Iterator[str]:
    """What staff chose of the two, by number: after an undo the values are no longer both theirs."""
    for number in sorted(set(chosen.values())):
        # In the order of the page: Postgres keeps the names in one of its own.
        fields = [str(label) for field, label in MERGE_LABELS.items() if chosen.get(field) == number]
        yield _("Chosen of lead #%(lead)s: %(fields)s.") % {"lead": number, "fields": ", ".join(fields)}


def told_apart_sentence(event: LeadEvent) -> str:
    return _("Not the same person as lead #%(lead)s.") % {"lead": event.data.get("other")}


def note_sentence(event: LeadEvent) -> str:
    if "moved_from" in event.data:
        return _("Note, written with lead #%(lead)s at first") % {"lead": event.data["moved_from"]}
    gone = event.data.get("taken_back")
    if gone is None:
        return _("Note")
    if gone["to"]:
        return _("A note stood here. Whoever wrote it moved it to lead #%(lead)s.") % {"lead": gone["to"]}
    return _("A note stood here. Whoever wrote it took it back.")


WHO_CALLED = {
    LeadEvent.Direction.OURS: gettext_lazy("We called"),
    LeadEvent.Direction.THEIRS: gettext_lazy("They called"),
}


def call_sentence(event: LeadEvent, *, own_words: bool = True) -> str:
    built_in = dict(LeadEvent.Outcome.choices).get(event.data.get("outcome", ""))
    outcome = (own_words and event.data.get("called")) or built_in
    who = WHO_CALLED.get(event.data.get("direction", ""), _("Call"))
    sentence = _("%(who)s: %(outcome)s.") % {"who": who, "outcome": outcome} if outcome else str(who)
    if "noted_at" in event.data:
        noted_on = words.day(datetime.fromisoformat(event.data["noted_at"]))
        sentence += " " + _("Written down on %(day)s.") % {"day": noted_on}
    return sentence


def mail_sentence(event: LeadEvent, mail: OutgoingEmail | None = None) -> str:
    """What became of a packet has lines of its own; of a mail it is said here."""
    sentence = _("Mail to many: “%(text)s”") if event.data.get("bulk") else _("Mail: “%(text)s”")
    fate = f" · {mail.get_state_display()}" if mail else ""
    return sentence % {"text": event.text or words.NOTHING} + fate


def said_when(event: LeadEvent) -> str:
    """With the time of day, where somebody gave it."""
    if "said_at" in event.data:
        return moment(datetime.fromisoformat(event.data["said_at"]))
    return date_format(date.fromisoformat(event.data["said_on"]))


def ended_sentence(event: LeadEvent) -> str:
    day = said_when(event)
    if event.data.get("about") == "packet":
        return _("Said on %(day)s that they want no further packet.") % {"day": day}
    return _("Said on %(day)s that they want no contact any more.") % {"day": day}


def asked_sentence(event: LeadEvent) -> str:
    return _("On %(day)s they asked for the packet after all.") % {"day": said_when(event)}


def undone_sentence(event: LeadEvent) -> str:
    if "word_of" in event.data:
        sentence = _("It was the word of #%(lead)s, and not of this person: what they asked for goes on.")
        return sentence % {"lead": event.data["word_of"]}
    return _("It was written down by a slip that they want something no more: what they asked for goes on.")


def with_text(sentence: Any) -> Callable[[LeadEvent], str]:
    return lambda event: str(sentence) % {"text": event.said or words.NOTHING}


# A packet for one condition is called by it. Said of these alone, it would tell that they are for one, often the only
# one that there is.
OF_ANY_PACKET = {
    Kind.PACKET_QUEUED: gettext_lazy("The information packet was put on its way."),
    Kind.PACKET_DOWNLOADED: gettext_lazy("Downloaded the information packet."),
}
SENTENCES: dict[LeadEvent.Kind, Callable[[LeadEvent], str]] = {
    Kind.STAGE: stage_sentence,
    Kind.ENQUIRY: enquiry_sentence,
    Kind.CONSENT: consent_sentence,
    Kind.PACKET_QUEUED: with_text(gettext_lazy("%(text)s was put on its way.")),
    Kind.PACKET_SENT: with_text(gettext_lazy("The packet was sent.")),
    Kind.PACKET_FAILED: with_text(gettext_lazy("The packet could not be sent.")),
    Kind.PACKET_NOT_SENT: not_sent_sentence,
    Kind.PACKET_UNCERTAIN: with_text(gettext_lazy("Nobody can say whether the packet arrived.")),
    Kind.PACKET_BOUNCED: with_text(gettext_lazy("The packet came back.")),
    Kind.PACKET_COMPLAINED: with_text(
        gettext_lazy("Reported the packet as spam: nothing more is mailed to this address.")
    ),
    Kind.PACKET_DOWNLOADED: with_text(gettext_lazy("Downloaded %(text)s.")),
    Kind.DISOWNED: with_text(gettext_lazy("Said “I did not ask for this”: nothing more is mailed to this address.")),
    Kind.NOTE: note_sentence,
    Kind.CALL: call_sentence,
    Kind.MAIL: mail_sentence,
    Kind.IMPORTED: with_text(gettext_lazy("Imported: %(text)s")),
    Kind.ADDRESS_CORRECTED: address_sentence,
    Kind.NEXT_ACTION: with_text(gettext_lazy("Next action: %(text)s")),
    Kind.OWNER: with_text(gettext_lazy("Owner: %(text)s")),
    Kind.DETAILS: details_sentence,
    Kind.MERGED: merge_sentence,
    Kind.UNMERGED: merge_sentence,
    Kind.TOLD_APART: told_apart_sentence,
    Kind.STOP_LIFTED: with_text(gettext_lazy("Asked for mail again, so nothing that they said stops it any more.")),
    Kind.MAIL_SENT: with_text(gettext_lazy("The mail was sent.")),
    Kind.CONSENT_ENDED: ended_sentence,
    Kind.END_UNDONE: undone_sentence,
    Kind.PACKET_ASKED: asked_sentence,
    Kind.TAGS: with_text(gettext_lazy("Tags: %(text)s.")),
}

"""django-import-export's way from cells to leads, with our own say in what is new and in how it is saved."""

from collections.abc import Container, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from import_export import resources
from import_export.fields import Field
from tablib import Dataset

from enquiries.actions.events import act_as
from enquiries.actions.imports import columns
from enquiries.actions.imports.candidates import (
    Difference,
    Kind,
    Listed,
    Outcome,
    Row,
    Stored,
    differences,
    key,
    known_by,
)
from enquiries.actions.imports.erased import erased_among
from enquiries.actions.imports.faults import Fault, RowFault, Unreadable
from enquiries.models import Lead, LeadEvent, LeadImport, possible_owners
from foundation.models import ClinicProfile

NUMBER = "number"
OTHERS = "others"
HEADERS = [NUMBER, *columns.LABELS, OTHERS]


class LeadResource(resources.ModelResource):
    """Reads rows and makes new leads of them; a stored lead is looked at and never changed."""

    name = Field("name", "name", columns.NameWidget(columns.LONGEST["name"]))
    email = Field("email", "email", columns.AddressWidget())
    phone = Field("phone", "phone", columns.PhoneWidget(columns.LONGEST["phone"]))
    country = Field("country", "country", columns.CountryWidget())
    next_action = Field("next_action", "next_action", columns.TextWidget(columns.LONGEST["next_action"]))
    next_action_on = Field("next_action_on", "next_action_on", columns.PlannedDayWidget())
    owner = Field("owner", "owner", columns.OwnerWidget())
    created_at = Field("created_at", "created_at", columns.MomentWidget(), saves_null_values=False)

    class Meta:
        model = Lead
        fields = ("name", "email", "phone", "country", "next_action", "next_action_on", "owner", "created_at")
        import_id_fields = ()
        force_init_instance = True
        # All rows of a dataset are saved at once, by bulk_create below.
        use_bulk = True
        batch_size = None
        skip_diff = True
        store_instance = True
        report_skipped = True

    create_instances: list[Any]

    def __init__(
        self,
        held: LeadImport,
        stored: Stored,
        listed: Listed,
        bring_back: Container[int] = (),
        days: Sequence[date] = (),
    ) -> None:
        """bring_back: the rows of erased people for whom somebody said so. days: for next actions that have none."""
        super().__init__()
        self.held, self.stored, self.listed, self.bring_back = held, stored, listed, bring_back
        self.erased: dict[str, date] = {}
        self.outcomes: dict[int, Outcome] = {}
        self.unread: dict[int, dict[str, Fault]] = {}
        profile = ClinicProfile.objects.current()
        self.days = days or [profile.today()]
        # Over all parts of the list, so that no day gets the rest of each.
        self.placed = held.counts.get(Kind.NEW, 0)
        self.fields["created_at"].widget.clinic = self.fields["next_action_on"].widget.clinic = profile
        self.fields["owner"].widget.owners = columns.owners(possible_owners())

    def outcomes_of(self, rows: list[Row], *, dry_run: bool) -> list[Outcome]:
        self.erased = erased_among(name for _number, row in rows for name in known_by(row))
        cells = [[str(number), *(row.get(name, "") for name in HEADERS[1:])] for number, row in rows]
        result = self.import_data(Dataset(*cells, headers=HEADERS), dry_run=dry_run, use_transactions=False)
        # What no rule of ours foresaw is a fault of the code, which the library would keep to itself.
        for error in [*result.base_errors, *(error for _number, errors in result.row_errors() for error in errors)]:
            raise error.error
        if not dry_run:
            self.note_known()
        return [self.outcomes[number] for number, _cells in rows]

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        instance.number = int(row[NUMBER])
        self.outcomes[instance.number] = Outcome(instance.number, Kind.NEW, instance)

    def import_field(self, field: Any, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        """The library keeps of a fault no more than its words."""
        try:
            super().import_field(field, instance, row, is_m2m, **kwargs)
        except Unreadable as error:
            fault = Fault(error.code, field.attribute, error.data)
            self.unread.setdefault(instance.number, {})[field.attribute] = fault
            raise

    def skip_row(self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        """Who is a lead already, or stands further up in the file. Said before anything else: it needs no mending."""
        outcome = self.outcomes[instance.number]
        person = key(row)
        outcome.stop, outcome.forbidden = self.listed.stop(row), self.stored.forbidden(row)
        outcome.erased_on = max((self.erased[name] for name in known_by(row) if name in self.erased), default=None)
        outcome.note = self.note_of(row, instance)
        outcome.remarks = [self.unread[instance.number][name] for name in self.left_out(row, instance)]
        first = self.listed.first.get(person, instance.number) if person else instance.number
        known = self.stored.lead(row)
        if first != instance.number:
            outcome.kind, outcome.faults = Kind.TWICE, [Fault(RowFault.TWICE.value, data={"row": first})]
        elif known and not outcome.stop:
            outcome.kind, outcome.lead = Kind.KNOWN, known.survivor()
            outcome.differences = differences(outcome.lead, instance)
            if instance.email and instance.email not in self.stored.leads:
                self.tell_address(outcome, instance.email)
        return outcome.kind != Kind.NEW

    def tell_address(self, outcome: Outcome, address: str) -> None:
        """Whoever is known by a further address has one here that nobody knew."""
        outcome.differences.insert(0, Difference("email", outcome.lead.email, address))
        outcome.note = "\n".join(filter(None, [address, outcome.note]))

    def note_of(self, row: Any, instance: Any) -> str:
        """What the lead has no field for, and what could not be read, under the heading that it has in the file."""
        unread = [f"{self.listed.headings[name]}: {row[name]}" for name in self.left_out(row, instance)]
        return "\n".join(filter(None, [row["note"], row[OTHERS], *unread]))

    def left_out(self, row: Any, instance: Any) -> list[str]:
        """What could not be read and says something."""
        return [name for name in self.unread.get(instance.number, {}) if row[name].casefold() not in columns.NOTHING]

    def validate_instance(self, instance: Any, import_validation_errors: Any = None, **kwargs: Any) -> None:
        """Nobody comes in without a way to reach them. Without whatever else could not be read, they do."""
        faults = [*self.forbidding(instance), *self.unreachable(instance)]
        if faults:
            self.refuse(instance, faults)
            raise ValidationError([fault.code for fault in faults])

    def forbidding(self, instance: Any) -> list[Fault]:
        outcome = self.outcomes[instance.number]
        found = [outcome.stop] if outcome.stop else []
        if outcome.forbidden:
            found.append(Fault(outcome.forbidden.value))
        if outcome.erased_on and instance.number not in self.bring_back:
            found.append(Fault(RowFault.ERASED.value, data={"day": outcome.erased_on.isoformat()}))
        return found

    def unreachable(self, instance: Any) -> list[Fault]:
        if instance.email or instance.phone:
            return []
        unread = self.unread.get(instance.number, {})
        return [unread[name] for name in columns.REACHES if name in unread] or [Fault(RowFault.UNREACHABLE.value)]

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        instance.next_action = instance.next_action or Lead.Plan.GET_IN_TOUCH.value
        if not instance.next_action_on:
            instance.next_action_on = self.days[self.placed % len(self.days)]
            self.placed += 1

    def refuse(self, instance: Any, faults: list[Fault]) -> None:
        outcome = self.outcomes[instance.number]
        outcome.kind, outcome.faults = Kind.REFUSED, faults

    def bulk_create(self, using_transactions: bool, dry_run: bool, *args: Any, **kwargs: Any) -> None:
        """All at once; and one by one when Postgres says no to any of them, so that it is said of that one alone."""
        leads, self.create_instances = self.create_instances, []
        if dry_run:
            return
        act_as(self.held.by)
        try:
            with transaction.atomic():
                self.save(leads)
        except (IntegrityError, DataError):
            for lead in leads:
                self.save_alone(lead)

    def save_alone(self, lead: Any) -> None:
        lead.pk = None
        lead._state.adding = True
        try:
            with transaction.atomic():
                self.save([lead])
        except (IntegrityError, DataError):
            self.refuse(lead, [Fault(RowFault.NOT_TAKEN.value)])

    def save(self, leads: list[Any]) -> None:
        Lead.objects.bulk_create(leads)
        events = [self.event(lead, LeadEvent.Kind.IMPORTED, self.held.consent, lead.number) for lead in leads]
        noted = [(lead, self.outcomes[lead.number].note) for lead in leads]
        notes = [self.event(lead, LeadEvent.Kind.NOTE, note, lead.number) for lead, note in noted if note]
        LeadEvent.objects.bulk_create([*events, *notes])

    def note_known(self) -> None:
        """What the list notes of people who are leads already, once for however often it is brought."""
        known = [outcome for outcome in self.outcomes.values() if outcome.kind == Kind.KNOWN and outcome.note]
        events = LeadEvent.objects.filter(lead__in=[outcome.lead for outcome in known], kind=LeadEvent.Kind.NOTE)
        stored = set(events.values_list("lead_id", "text"))
        new = [outcome for outcome in known if (outcome.lead.pk, outcome.note) not in stored]
        # By their numbers, as everybody locks them.
        new.sort(key=lambda outcome: outcome.lead.pk)
        LeadEvent.objects.bulk_create(
            self.event(outcome.lead, LeadEvent.Kind.NOTE, outcome.note, outcome.number) for outcome in new
        )

    def event(self, lead: Any, kind: str, text: str, row: int) -> LeadEvent:
        data = {"import": self.held.pk, "row": row}
        return LeadEvent(lead=lead, kind=kind, text=text, actor=self.held.by, data=data)

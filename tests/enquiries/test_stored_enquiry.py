"""`store_enquiry` names each column that intake fills: one that it leaves out would be lost in silence."""

import json
import re
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db.models import Model
from django.db.models.fields import NOT_PROVIDED
from django.test import Client
from django.utils.translation import gettext_lazy as _

from enquiries.models import Enquiry, Lead, LeadEvent, PacketDelivery, StaffNotice
from foundation.rows import by_table, new_row
from foundation.stored_functions import text_of
from mailings.models import Consent, OutgoingEmail

TABLES: list[type[Model]] = [Lead, Consent, Enquiry, OutgoingEmail, PacketDelivery, StaffNotice, LeadEvent]
# Nothing has happened yet of which these tell.
BEGIN_WITH_THEIR_DEFAULT = {"version", "provider_message_id", "unanswered", "why", "forbidden", "call_hours"}
INSERTS = re.compile(
    r"INSERT INTO (\w+) \(([^)]+)\)\s*SELECT\s+(.+?)\s+FROM jsonb_populate_recordset\(NULL::(\w+)", re.S
)


def words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",")]


def inserts() -> dict[str, tuple[list[str], list[str]]]:
    found = {}
    for table, columns, values, read_from in INSERTS.findall(text_of("enquiries", "store_enquiry")):
        assert table == read_from
        found[table] = words(columns), words(values)
    return found


@pytest.mark.pure
@pytest.mark.parametrize("model", TABLES)
def test_each_column_is_stored_in_its_own_place(model: type[Model]) -> None:
    columns, values = inserts()[model._meta.db_table]
    assert [re.sub(r"lower\((\w+)\)", r"\1", value) for value in values] == columns
    fields = {field.column: field for field in model._meta.local_concrete_fields if not field.generated}
    left_out = fields.keys() - set(columns) - {"id"}
    assert left_out <= BEGIN_WITH_THEIR_DEFAULT
    assert all(fields[name].db_default is not NOT_PROVIDED for name in left_out)
    assert not set(columns) - fields.keys()


@pytest.mark.pure
def test_addresses_are_lower_cased_by_postgres() -> None:
    for columns, values in inserts().values():
        assert ("email" in columns) == ("lower(email)" in values)


@pytest.mark.pure
@pytest.mark.parametrize("model", TABLES)
def test_a_new_row_is_what_django_makes(model: type[Model]) -> None:
    # Made anew each time: moments and uuids.
    fields = [field for field in model._meta.local_concrete_fields if not field.generated]
    given = {field.attname: 7 for field in fields if callable(field.default)}
    ours, theirs = vars(new_row(model, **given)), vars(model(**given))
    assert ours.pop("_state").adding is theirs.pop("_state").adding is True
    assert ours == theirs


@pytest.mark.pure
def test_a_new_row_knows_whom_it_points_at_and_no_field_that_there_is_not() -> None:
    lead, mail = Lead(pk=7), OutgoingEmail(pk=8)
    packet = new_row(PacketDelivery, lead=lead, enquiry=None, version_id=3, outgoing=mail)
    assert (packet.lead, packet.enquiry, packet.outgoing) == (lead, None, mail)
    assert (packet.pk, packet.lead_id, packet.enquiry_id, packet.version_id, packet.outgoing_id) == (
        None,
        7,
        None,
        3,
        8,
    )
    with pytest.raises(TypeError, match="lead_name"):
        new_row(LeadEvent, lead_name="Zoë")


@pytest.mark.pure
def test_what_is_made_anew_is_nobody_elses() -> None:
    one, other = new_row(LeadEvent), new_row(LeadEvent)
    assert one.data == other.data == {}
    assert one.data is not other.data


@pytest.mark.pure
def test_rows_are_written_as_postgres_reads_them() -> None:
    moment, number = datetime(2026, 11, 29, 8, 7, 6, 54_321, tzinfo=UTC), uuid.uuid4()
    event = LeadEvent(lead_id=7, kind=LeadEvent.Kind.ENQUIRY, at=moment, text=_("Yes"), data={"to": "Zoë \\ ' \""})
    packet = PacketDelivery(uuid=number, lead_id=7, version_id=1, outgoing_id=2)
    written = json.loads(by_table((event, packet)))
    [row] = written["enquiries_leadevent"]
    assert row["at"] == "2026-11-29T08:07:06.054321+00:00"
    assert (row["kind"], row["text"], row["data"], row["actor_id"]) == ("enquiry", "Yes", {"to": "Zoë \\ ' \""}, None)
    assert written["enquiries_packetdelivery"][0]["uuid"] == str(number)


def test_what_was_typed_is_kept_to_the_letter(first_content: None, packet_fields: dict[str, str]) -> None:
    typed = 'Zoë said: "5 % \\ 3" {%s} %(email)s\n\t\u2028 \U0001f600 null'
    assert Client().post("/information-packet/", {**packet_fields, "message": typed}).status_code == 303
    stored: Any = Enquiry.objects.get()
    assert stored.fields["message"] == typed
    assert stored.fields["name"] == packet_fields["name"]

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from clinic.models import AuditEvent
from enquiries.actions import add_note, assign_lead, correct_address, export_person
from enquiries.models import Lead
from foundation.models import ConsentWording
from foundation.tokens import hash_address
from mailings.actions import suppress
from mailings.models import OutgoingEmail, Suppression
from mailings.results import finish

ZOE = "zoe@example.com"


@pytest.fixture
def zoe(ask: Callable[..., Any], staff: Any) -> Lead:
    ask(message="For my mother", phone="555 0100", consent_newsletter="on", source_path="/research/x/?utm_source=mail")
    lead = Lead.objects.get()
    add_note(lead=lead, text="Rang back", by=staff)
    assign_lead(lead=lead, owner=staff, by=staff)
    finish(OutgoingEmail.objects.get(kind="packet"), OutgoingEmail.State.FAILED, "550 5.1.1 unknown", "5.1.1")
    suppress(address=ZOE, reason=Suppression.Reason.HARD_BOUNCE)
    ask(name="Somebody Else", email="other@example.com", message="Not hers")
    return lead


def test_it_holds_all_that_we_hold_in_words(zoe: Lead) -> None:
    found = export_person(address=" Zoe@Example.com ")
    (lead,), (enquiry,), (packet,) = found["leads"], found["enquiries"], found["information_packets"]
    assert (lead["name"], lead["telephone"], lead["stage"]) == ("Zoë O'Brien & Sons", "555 0100", "new")
    assert enquiry["as_typed"]["message"] == "For my mother"
    assert (enquiry["page"], enquiry["came_by"]) == ("/research/x/?utm_source=mail", {"utm_source": "mail"})
    wordings = {consent["wording"] for consent in found["consents"]}
    assert wordings == {ConsentWording.objects.current(kind).text for kind in ("packet", "answer", "newsletter")}
    mails = {mail["kind"]: mail for mail in found["mails"]}
    assert [event["reply"] for event in mails["information packet"]["what_happened"]] == ["550 5.1.1 unknown"]
    assert (len(mails), len(packet["sha256"]), found["newsletter"][0]["e_mail_address"]) == (2, 64, ZOE)
    assert found["not_to_be_mailed"][0]["reason"] == "the address does not exist"
    assert "Rang back" in [event["text"] for event in lead["timeline"]]


def test_it_holds_nothing_of_others_and_no_name_of_staff(zoe: Lead) -> None:
    text = json.dumps(export_person(lead=zoe), ensure_ascii=False)
    for word in ("other@example.com", "Somebody Else", "Not hers", "Sam Staff", "staff@clinic.example"):
        assert word not in text


def test_every_time_is_in_iso_and_utc(zoe: Lead) -> None:
    found = export_person(lead=zoe)
    times = [found["exported_at"], found["leads"][0]["since"], found["mails"][0]["queued_at"]]
    assert all(time[10] == "T" and time.endswith("+00:00") for time in times)


def test_an_address_since_corrected_takes_its_mails_along(zoe: Lead, staff: Any) -> None:
    correct_address(lead=zoe, email="zoe@example.org", resend=False, by=staff)
    found = export_person(address="zoe@example.org")
    # Their sign-up went along, with its consent.
    assert {mail["to"] for mail in found["mails"]} == {ZOE, "zoe@example.org"}
    assert (len(found["enquiries"]), len(found["consents"]), len(found["newsletter"])) == (1, 4, 2)


def test_who_once_mistyped_this_address_is_not_in_it(zoe: Lead, ask: Callable[..., Any], staff: Any) -> None:
    correct_address(lead=zoe, email="zoe@example.org", resend=False, by=staff)
    ask(name="Zoe Smith", message="I am another Zoe")
    found = export_person(address=ZOE)
    assert [enquiry["as_typed"]["message"] for enquiry in found["enquiries"]] == ["I am another Zoe"]
    assert len(found["consents"]) == 2
    assert "/research/x/" not in json.dumps(found)


def test_who_has_only_a_held_enquiry_or_a_sign_up_is_exported_too(ask: Callable[..., Any], client: Client) -> None:
    ask(leave_this_empty="x", message="held words")
    client.post("/newsletter/", {"email": ZOE, "consent": "on"})
    found = export_person(address=ZOE)
    assert (found["leads"], len(found["enquiries"]), len(found["newsletter"])) == ([], 1, 1)


def test_a_manager_downloads_it_from_the_lead_and_that_is_on_record(browser: Any, zoe: Lead) -> None:
    client = browser("manager")
    url = f"/admin/enquiries/lead/{zoe.pk}/export/"
    assert url in client.get(zoe.get_absolute_url()).text
    client.get(url)
    assert not AuditEvent.objects.filter(kind="person_exported").exists()
    response = client.post(url)
    assert response.json()["leads"][0]["name"] == "Zoë O'Brien & Sons"
    assert response["Content-Disposition"].startswith(f'attachment; filename="lead-{zoe.pk}-')
    assert "no-store" in response["Cache-Control"]
    event = AuditEvent.objects.get(kind="person_exported")
    assert (str(event.by), event.about, event.data) == ("manager", f"lead {zoe.pk}", {"address": hash_address(ZOE)})


def test_the_command_writes_a_file_for_nobody_else(zoe: Lead, tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "zoe.json"
    call_command("export_person", "--lead", str(zoe.pk), "--file", str(file))
    assert json.loads(file.read_text())["leads"][0]["number"] == zoe.pk
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="File exists"):
        call_command("export_person", ZOE, "--file", str(file))
    capsys.readouterr()
    call_command("export_person", ZOE)
    assert json.loads(capsys.readouterr().out)["e_mail_address"] == ZOE
    assert AuditEvent.objects.filter(kind="person_exported").count() == 3
    with pytest.raises(CommandError, match="There is no lead"):
        call_command("export_person", "--lead", "999999")

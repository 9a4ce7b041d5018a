from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic.models import AuditEvent
from desk.list.bulk_forms import CloseManyForm
from enquiries.actions import assign_lead, erase_person, merge_leads, move_lead, resend_packet
from enquiries.models import BulkRun, Lead, LeadEvent, LeadMail, MailTemplate
from foundation.actors import JOB
from foundation.models import ClinicProfile
from mailings.actions import suppress
from mailings.models import OutgoingEmail, Suppression
from tests.browser_posts import untouched
from tests.conftest import AWKWARD_NAME

URL = "/admin/enquiries/lead/"
Kind = LeadEvent.Kind


@pytest.fixture
def make_leads(first_content: None) -> Callable[..., list[Lead]]:
    def make(count: int = 3, **fields: Any) -> list[Lead]:
        day = today()
        first = Lead.objects.count()
        names = [AWKWARD_NAME, *(f"Lead {number}" for number in range(first + 1, first + count))]
        rows = [
            Lead(name=name, email=f"lead{first + at}@example.com", next_action="Call", next_action_on=day)
            for at, name in enumerate(names)
        ]
        for row in rows:
            for field, value in fields.items():
                setattr(row, field, value)
        return Lead.objects.bulk_create(rows)

    return make


@pytest.fixture
def coordinator(first_content: None, django_user_model: Any) -> Any:
    user = django_user_model.objects.create_user("ana@clinic.example", name="Ana")
    user.groups.add(Group.objects.get(name="coordinator"))
    return user


def choose(client: Client, verb: str, leads: list[Lead], query: str = "", **more: str) -> Any:
    ids = [str(lead.pk) for lead in leads]
    data = {"action": f"bulk_{verb}", "_selected_action": ids, "index": "0", "select_across": "0", **more}
    return client.post(f"{URL}?{query}", data, follow=True)


def confirm(client: Client, verb: str, page: Any, **fields: str) -> Any:
    return client.post(f"{URL}bulk/{verb}/", {**untouched(page, "bulk-form"), **fields}, follow=True)


def today() -> date:
    return ClinicProfile.objects.current().today()


def reasons(page: Any) -> dict[str, str]:
    return {str(lead): reason for lead, reason in page.context["left_out"]}


def test_the_page_says_how_many_names_twenty_and_does_nothing_yet(desk: Client, make_leads: Any) -> None:
    leads = make_leads(23)
    page = choose(desk, "assign", leads)
    assert page.context["count"] == 23
    assert [len(page.context["names"]), page.context["more"]] == [20, 3]
    assert "23 leads" in page.text
    assert "and 3 more" in page.text
    assert not LeadEvent.objects.exclude(kind=Kind.STAGE).exists()


def test_leads_are_assigned_to_one_person_and_the_run_leaves_one_audit_row(
    desk: Client, make_leads: Any, staff: Any, coordinator: Any
) -> None:
    leads = make_leads(3)
    done = confirm(desk, "assign", choose(desk, "assign", leads), to=str(coordinator.pk))
    assert done.redirect_chain[0][1] == 303
    assert (done.context["count"], reasons(done)) == (3, {})
    assert set(Lead.objects.values_list("owner", flat=True)) == {coordinator.pk}
    assert LeadEvent.objects.filter(kind=Kind.OWNER, actor=staff).count() == 3
    row = AuditEvent.objects.get(kind="bulk_run")
    assert (row.by, row.about, row.data) == (
        staff,
        f"bulk run {BulkRun.objects.get().pk}",
        {"verb": "assign", "leads": 3},
    )


def test_leads_of_one_owner_are_given_to_those_at_work_by_turns(
    desk: Client, make_leads: Any, staff: Any, coordinator: Any, django_user_model: Any
) -> None:
    other = django_user_model.objects.create_user("bo@clinic.example", name="Bo")
    other.groups.add(Group.objects.get(name="coordinator"))
    leaves = [assign_lead(lead=lead, owner=staff, by=JOB) for lead in make_leads(4)]
    make_leads(1)
    page = choose(desk, "assign", leaves[:1], query="owner=me", select_across="1")
    done = confirm(desk, "assign", page, to="turns")
    assert done.context["count"] == 4
    assert [coordinator.leads.count(), other.leads.count(), staff.leads.count()] == [2, 2, 0]


def test_nobody_at_work_is_said_and_the_choice_is_kept(desk: Client, make_leads: Any) -> None:
    page = choose(desk, "assign", make_leads(2))
    refused = confirm(desk, "assign", page, to="turns")
    assert refused.status_code == 422
    assert "No coordinator is at work today" in refused.text
    before, after = untouched(page, "bulk-form"), untouched(refused, "bulk-form")
    assert [after[name] for name in ("leads", "number")] == [before[name] for name in ("leads", "number")]


def test_leads_are_put_off_to_a_day_and_keep_their_own_next_action(desk: Client, make_leads: Any, staff: Any) -> None:
    leads = make_leads(3)
    move_lead(lead=leads[2], stage="lost", reason="too far", by=staff)
    day = today() + timedelta(days=9)
    page = choose(desk, "snooze", leads)
    assert reasons(page) == {str(leads[2]): "It is closed."}
    assert confirm(desk, "snooze", page, next_action_on=str(today())).status_code == 422
    done = confirm(desk, "snooze", page, next_action_on=str(day))
    assert (done.context["count"], list(reasons(done))) == (2, [str(leads[2])])
    assert set(Lead.objects.filter(stage="new").values_list("next_action", "next_action_on")) == {("Call", day)}


def test_one_that_refuses_does_not_undo_the_others(desk: Client, make_leads: Any, staff: Any) -> None:
    changed, closed, merged, erased, *good = make_leads(6)
    page = choose(desk, "close", [changed, closed, merged, erased, *good])
    assign_lead(lead=changed, owner=staff, by=staff)
    move_lead(lead=closed, stage="invalid", reason="nobody there", by=staff)
    merge_leads(lead=merged, into=good[0], by=staff)
    erase_person(lead=erased, by=staff)
    done = confirm(desk, "close", page, stage="lost", reason="the clinic moved away")
    assert done.context["count"] == 2
    assert {lead.pk: reason.split(" after ")[0] for lead, reason in done.context["left_out"]} == {
        changed.pk: "Somebody changed this lead",
        closed.pk: "It is closed already.",
        merged.pk: "This lead was merged into another one.",
        erased.pk: "This person was erased.",
    }
    assert set(Lead.objects.filter(stage="lost")) == set(good)
    assert Lead.objects.get(pk=changed.pk).stage == "new"


def test_a_reason_that_asks_to_stop_suppresses_every_address(desk: Client, make_leads: Any) -> None:
    page = choose(desk, "close", make_leads(2))
    confirm(desk, "close", page, stage="lost", asked_to_stop="on", reason="all of them")
    assert set(Lead.objects.values_list("closed_reason", flat=True)) == {"asked_to_stop: all of them"}
    assert Suppression.objects.standing().filter(reason=Suppression.Reason.ASKED_TO_STOP).count() == 2


def test_words_that_sound_like_a_stop_are_asked_about_for_many_too(desk: Client, make_leads: Any) -> None:
    page = choose(desk, "close", make_leads(2))
    asked = confirm(desk, "close", page, stage="lost", reason="they want us to stop")
    assert (asked.status_code, Lead.objects.filter(stage="lost").count()) == (422, 0)
    assert "If so, tick this box." in asked.text
    confirm(desk, "close", asked)
    assert set(Lead.objects.values_list("stage", "closed_reason")) == {("lost", "they want us to stop")}
    assert not Suppression.objects.exists()


def test_unsuitable_is_no_choice_without_the_permission(make_leads: Any, coordinator: Any) -> None:
    client = Client()
    client.force_login(coordinator)
    page = choose(client, "close", make_leads(1))
    assert 'value="unsuitable"' not in page.text
    refused = confirm(client, "close", page, stage="unsuitable", reason="not for us")
    assert refused.status_code == 422
    assert Lead.objects.get().stage == "new"


def test_a_second_press_does_nothing_again(desk: Client, make_leads: Any, coordinator: Any) -> None:
    page = choose(desk, "assign", make_leads(2))
    first = confirm(desk, "assign", page, to="turns")
    again = confirm(desk, "assign", page, to="turns")
    assert first.request["PATH_INFO"] == again.request["PATH_INFO"]
    assert (again.context["count"], reasons(again)) == (2, {})
    assert LeadEvent.objects.filter(kind=Kind.OWNER).count() == 2
    assert AuditEvent.objects.filter(kind="bulk_run").count() == 1


def test_the_packet_goes_out_once_however_often_the_button_is_pressed(desk: Client, make_leads: Any) -> None:
    page = choose(desk, "document", make_leads(3))
    for _press in range(3):
        done = confirm(desk, "document", page, document="packet", shown="packet")
    assert done.context["count"] == 3
    assert OutgoingEmail.objects.filter(kind="packet").count() == 3
    assert LeadEvent.objects.filter(kind=Kind.PACKET_QUEUED).count() == 3
    # Only by a new choice, and then the limit of an address stands before it.
    later = choose(desk, "document", list(Lead.objects.all()))
    assert later.context["count"] == 0
    assert "it would reach nobody" in confirm(desk, "document", later, document="packet", shown="packet").text
    assert set(reasons(later).values()) == {"This address was sent such a mail within a day, or three within a month."}


def test_the_page_says_beforehand_who_gets_no_mail_and_why(desk: Client, make_leads: Any, staff: Any) -> None:
    fine, bounced, had_one = make_leads(3)
    [silent] = make_leads(1, email=None, phone="+1 212 555 0142", name="By phone")
    suppress(address=bounced.email, reason=Suppression.Reason.HARD_BOUNCE)
    resend_packet(lead=had_one, by=staff)
    page = choose(desk, "document", [fine, bounced, had_one, silent])
    assert page.context["names"] == [fine]
    assert {name: reason.split(":")[0] for name, reason in reasons(page).items()} == {
        str(bounced): "Nothing may be sent to this address",
        str(had_one): "This address was sent such a mail within a day, or three within a month.",
        str(silent): "There is no e-mail address. Add one first.",
    }


def test_an_approved_mail_goes_to_many_and_is_no_answer_to_one(desk: Client, make_leads: Any, staff: Any) -> None:
    template = MailTemplate.objects.create(
        name="Holiday hours", subject="Holidays", body="Dear {name}", approved_at=timezone.now(), approved_by=staff
    )
    draft = MailTemplate.objects.create(name="Draft", subject="Draft", body="Draft")
    page = choose(desk, "document", make_leads(2))
    assert "Holiday hours" in page.text
    assert f"template-{draft.pk}" not in page.text
    chosen = {"document": f"template-{template.pk}"}
    shown = confirm(desk, "document", page, **chosen, shown="packet")
    assert "press the button again" in shown.text
    assert not LeadMail.objects.exists()
    for _press in range(2):
        done = confirm(desk, "document", shown, **chosen, shown=chosen["document"])
    assert done.context["count"] == 2
    assert [mail.template for mail in LeadMail.objects.all()] == [template, template]
    assert LeadEvent.objects.filter(kind=Kind.MAIL, data__bulk=True).count() == 2
    assert set(Lead.objects.values_list("stage", flat=True)) == {"new"}


def test_a_document_goes_to_two_hundred_at_most(desk: Client, make_leads: Any) -> None:
    leads = make_leads(201)
    refused = choose(desk, "document", leads[:1], select_across="1")
    assert "these are 201 leads, and this works with 200 at once" in refused.text
    assert refused.request["PATH_INFO"] == URL
    assert not BulkRun.objects.exists()
    Lead.objects.filter(pk=leads[0].pk).update(country="FR")
    assert choose(desk, "document", leads[:1], query="country=FR", select_across="1").context["count"] == 1
    Lead.objects.exclude(pk=leads[0].pk).update(country="US")
    second_page = desk.get(f"{URL}?country=US").context["cl"].page_after.removeprefix("?")
    # All that match, also those of the pages before.
    assert choose(desk, "document", leads[-1:], query=second_page, select_across="1").context["count"] == 200


def test_more_than_a_thousand_are_refused_by_hand_too(desk: Client, make_leads: Any) -> None:
    [lead] = make_leads(1)
    forged = " ".join(f"{lead.pk + at}:1" for at in range(CloseManyForm.most + 1))
    data = {"leads": forged, "number": str(UUID(int=1)), "stage": "lost", "reason": "all"}
    assert desk.post(f"{URL}bulk/close/", data).status_code == 302
    assert Lead.objects.get().stage == "new"
    make_leads(1000)
    refused = choose(desk, "close", [lead], select_across="1")
    assert "these are more than 1,000 leads, and this works with 1,000 at once" in refused.text


@pytest.mark.parametrize("leads", ["", "1", "1:2:3", "x:1", "-1:1", "1" * 40 + ":1"])
def test_what_no_page_of_ours_posts_leads_back_to_the_list(desk: Client, leads: str) -> None:
    data = {"leads": leads, "number": str(UUID(int=1)), "to": "nobody"}
    assert desk.post(f"{URL}bulk/assign/", data)["Location"] == URL
    assert not BulkRun.objects.exists()


def test_a_tick_that_is_no_number_leads_back_to_the_list(desk: Client, make_leads: Any) -> None:
    make_leads(1)
    data = {"action": "bulk_assign", "_selected_action": ["x"], "index": "0", "select_across": "0"}
    assert desk.post(URL, data)["Location"] == URL


@pytest.mark.parametrize(("why", "locks"), [({"reason": "far away"}, 2), ({"asked_to_stop": "on"}, 26)])
def test_many_are_done_in_few_transactions_but_each_with_its_addresses_alone(
    desk: Client, make_leads: Any, why: dict[str, str], locks: int
) -> None:
    page = choose(desk, "close", make_leads(26))
    with CaptureQueriesContext(connection) as captured:
        done = confirm(desk, "close", page, stage="lost", **why)
    assert done.context["count"] == 26
    runs = [query for query in captured if "enquiries_bulkrun" in query["sql"] and "FOR UPDATE" in query["sql"]]
    assert len(runs) == locks


def test_a_run_of_somebody_else_is_not_gone_on_with(desk: Client, make_leads: Any, coordinator: Any) -> None:
    page = choose(desk, "assign", make_leads(1))
    confirm(desk, "assign", page, to=str(coordinator.pk))
    other = Client()
    other.force_login(coordinator)
    assert confirm(other, "assign", page, to="nobody").status_code == 403


def test_the_list_keeps_its_filters_behind_the_pages(desk: Client, make_leads: Any) -> None:
    page = choose(desk, "assign", make_leads(1), query="stage=open&q=lead0")
    assert page.context["list_url"] == f"{URL}?stage=open&q=lead0"
    action = page.context["action_url"]
    done = desk.post(action, {**untouched(page, "bulk-form"), "to": "nobody"}, follow=True)
    assert done.context["list_url"] == f"{URL}?stage=open&q=lead0"


def test_queries_for_the_page_do_not_grow_with_the_leads(desk: Client, make_leads: Any) -> None:
    make_leads(30)
    counted = []
    for size in (1, 30):
        with CaptureQueriesContext(connection) as captured:
            choose(desk, "document", list(Lead.objects.all()[:size]))
        counted.append(len(captured))
    assert counted[0] == counted[1]

import csv
import io
import json
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from enquiries.actions import change_tags, erase_person, export_person, merge_leads, unmerge_lead
from enquiries.models import Lead, LeadEvent, LeadTag, Tag
from foundation.models import ClinicProfile
from tests.browser_posts import untouched
from tests.conftest import AWKWARD_NAME
from tests.desk.test_two_people_editing import url

LIST = "/admin/enquiries/lead/"
ADD = "/admin/enquiries/tag/add/"
FRIEND = "friend of <Ana> & Co"


def make(**fields: Any) -> Lead:
    day = ClinicProfile.objects.current().today()
    return Lead.objects.create(**{"next_action": "Call", "next_action_on": day, **fields})


@pytest.fixture
def person(first_content: None) -> Lead:
    return make(name=AWKWARD_NAME, email="zoe@home.example")


@pytest.fixture
def other(first_content: None) -> Lead:
    return make(name="Other", email="zoe@work.example")


@pytest.fixture
def tags(first_content: None) -> dict[str, Tag]:
    return {name: Tag.objects.create(name=name) for name in ("Congress 2027", FRIEND, "VIP")}


def on(lead: Lead) -> set[str]:
    return set(lead.lead_tags.values_list("tag__name", flat=True))


def tick(client: Client, lead: Lead, *names: str, page: Any = None) -> Any:
    form = untouched(page or client.get(url(lead)), "tags-form")
    wanted = [str(Tag.objects.get(name=name).pk) for name in names]
    return client.post(url(lead, "tags"), {**form, "tags": wanted})


def add(client: Client, name: str) -> Any:
    return client.post(ADD, {**untouched(client.get(ADD), "tag_form"), "name": name})


def signed_in(django_user_model: Any, role: str) -> Client:
    user = django_user_model.objects.create_user(f"{role}@clinic.example", name=role)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


def test_managers_keep_the_tags_each_name_once_in_whatever_case(first_content: None, django_user_model: Any) -> None:
    manager = signed_in(django_user_model, "manager")
    assert "Never anything of somebody" in manager.get(ADD).text
    assert add(manager, "Congress 2027").status_code == 302
    again = add(manager, "CONGRESS 2027")
    assert "There is a tag of this name already." in again.text
    assert [str(tag) for tag in Tag.objects.all()] == ["Congress 2027"]
    assert signed_in(django_user_model, "coordinator").get(ADD).status_code == 403


def test_there_is_an_end_to_tags(desk: Client) -> None:
    Tag.objects.bulk_create(Tag(name=f"Tag {number}") for number in range(Tag.MOST))
    assert f"There are {Tag.MOST} already." in add(desk, "One more").text
    assert Tag.objects.count() == Tag.MOST


def test_tags_are_put_on_and_taken_off_on_the_page_and_the_timeline_says_so(
    desk: Client, person: Lead, tags: dict[str, Tag]
) -> None:
    assert tick(desk, person, "VIP", FRIEND).status_code == 302
    assert on(person) == {"VIP", FRIEND}
    page = desk.get(url(person)).text
    assert "<dd>friend of &lt;Ana&gt; &amp; Co, VIP</dd>" in page
    assert "Tags: put on friend of &lt;Ana&gt; &amp; Co, VIP." in page
    tick(desk, person, "VIP", "Congress 2027")
    assert "Tags: put on Congress 2027; taken off friend of &lt;Ana&gt; &amp; Co." in desk.get(url(person)).text
    tick(desk, person, "VIP", "Congress 2027")
    assert person.events.filter(kind=LeadEvent.Kind.TAGS).count() == 2


def test_what_a_colleague_did_meanwhile_stays(desk: Client, person: Lead, tags: dict[str, Tag], staff: Any) -> None:
    tick(desk, person, "VIP")
    page = desk.get(url(person))
    vip, congress = tags["VIP"].pk, tags["Congress 2027"].pk
    change_tags(lead=person, put_on=[congress], take_off=[vip], by=staff)
    assert tick(desk, person, "VIP", FRIEND, page=page).status_code == 302
    assert on(person) == {"Congress 2027", FRIEND}


def test_a_tag_that_is_gone_is_said_beside_the_field_and_in_the_timeline(
    desk: Client, person: Lead, tags: dict[str, Tag]
) -> None:
    tick(desk, person, "VIP")
    gone = tags["VIP"].pk
    desk.post(f"/admin/enquiries/tag/{gone}/delete/", {"post": "yes"})
    assert on(person) == set()
    assert "Tags: put on one that is gone." in desk.get(url(person)).text
    assert desk.post(url(person, "tags"), {"tags": [str(gone)], "had": ""}).status_code == 422


def test_without_tags_the_page_and_the_list_ask_for_none(desk: Client, person: Lead) -> None:
    assert "tags-form" not in desk.get(url(person)).text
    assert "tag" not in [spec.parameter_name for spec in desk.get(LIST).context["cl"].filter_specs]


def test_the_list_is_narrowed_by_a_tag_and_keeps_it_as_a_view(
    desk: Client, person: Lead, other: Lead, tags: dict[str, Tag]
) -> None:
    tick(desk, person, "VIP")
    query = f"tag={tags['VIP'].pk}"
    page = desk.get(f"{LIST}?{query}")
    assert page.context["cl"].result_list == [person]
    assert [str(chip["value"]) for chip in page.context["narrowed_by"]] == ["VIP"]
    assert untouched(page, "save-view")["query"] == query
    for none in ("tag=0", "tag=x", "tag=99999999999999999999"):
        assert list(desk.get(f"{LIST}?{none}").context["cl"].result_list) == []


def test_the_exported_list_has_the_tags_in_a_column(
    desk: Client, person: Lead, other: Lead, tags: dict[str, Tag]
) -> None:
    tick(desk, person, "VIP", "Congress 2027")
    sent = desk.post(f"{LIST}export/", {"purpose": "For the congress next year"})
    rows = list(csv.reader(io.StringIO(b"".join(sent).decode("utf-8-sig"))))
    column = rows[0].index("Tags")
    assert {row[1]: row[column] for row in rows[1:3]} == {AWKWARD_NAME: "Congress 2027, VIP", "Other": ""}


def bulk_form(client: Client, *leads: Lead) -> dict[str, Any]:
    chosen = {"action": "bulk_tag", "_selected_action": [str(lead.pk) for lead in leads]}
    return untouched(client.post(LIST, chosen), "bulk-form")


@pytest.mark.parametrize("how", ["on", "off"])
def test_many_are_tagged_at_once_and_for_a_day_it_is_undone(
    desk: Client, person: Lead, other: Lead, tags: dict[str, Tag], how: str
) -> None:
    tick(desk, person, "VIP", "Congress 2027")
    tick(desk, other, *([] if how == "on" else ["VIP"]))
    before = [on(person), on(other)]
    asked = {**bulk_form(desk, person, other), "tag": str(tags["VIP"].pk), "how": how}
    run = desk.post(f"{LIST}bulk/tag/", asked)["Location"]
    assert [("VIP" in on(one)) for one in (person, other)] == [how == "on"] * 2
    assert "Congress 2027" in on(person)
    desk.post(f"{run.partition('?')[0]}undo/")
    assert [on(person), on(other)] == before


def test_in_bulk_it_says_where_tags_come_from_while_there_are_none(desk: Client, person: Lead) -> None:
    page = desk.post(LIST, {"action": "bulk_tag", "_selected_action": [str(person.pk)]})
    assert "There is no tag yet. Managers add them" in page.text


def test_in_bulk_a_tag_must_be_chosen(desk: Client, person: Lead, tags: dict[str, Tag]) -> None:
    form = bulk_form(desk, person)
    assert form["how"] == "on"
    assert desk.post(f"{LIST}bulk/tag/", form).status_code == 422
    assert on(person) == set()


def test_a_merge_unites_the_tags_and_an_undo_gives_them_back(
    desk: Client, person: Lead, other: Lead, tags: dict[str, Tag], staff: Any
) -> None:
    tick(desk, person, "VIP")
    tick(desk, other, "VIP", "Congress 2027")
    merge_leads(lead=other, into=person, by=staff)
    assert on(person) == {"VIP", "Congress 2027"}
    found = desk.get(f"{LIST}?tag={tags['Congress 2027'].pk}").context["cl"].result_list
    assert found == [person]
    tick(desk, person, "VIP", "Congress 2027", FRIEND)
    unmerge_lead(lead=Lead.objects.get(pk=other.pk), by=staff)
    assert [on(person), on(other)] == [{"VIP", FRIEND}, {"VIP", "Congress 2027"}]


def test_what_was_taken_off_the_survivor_comes_back_with_the_other_one_alone(
    desk: Client, person: Lead, other: Lead, tags: dict[str, Tag], staff: Any
) -> None:
    tick(desk, other, "VIP")
    merge_leads(lead=other, into=person, by=staff)
    assert on(person) == {"VIP"}
    tick(desk, person)
    unmerge_lead(lead=Lead.objects.get(pk=other.pk), by=staff)
    assert [on(person), on(other)] == [set(), {"VIP"}]


def test_of_three_a_tag_stays_as_long_as_one_of_them_brought_it(
    person: Lead, other: Lead, tags: dict[str, Tag], staff: Any
) -> None:
    third = make(name="Third", email="third@example.org")
    for one in (other, third):
        change_tags(lead=one, put_on=[tags["VIP"].pk], by=staff)
    merge_leads(lead=other, into=person, by=staff)
    merge_leads(lead=third, into=person, by=staff)
    seen = []
    for one in (other, third):
        unmerge_lead(lead=Lead.objects.get(pk=one.pk), by=staff)
        seen.append(on(person))
    assert seen == [{"VIP"}, set()]


@pytest.mark.parametrize("merged", [False, True])
def test_tags_are_told_to_the_person_and_erased_with_them(
    desk: Client, person: Lead, other: Lead, tags: dict[str, Tag], staff: Any, merged: bool
) -> None:
    tick(desk, other, "VIP")
    if merged:
        merge_leads(lead=other, into=person, by=staff)
    told = export_person(address="zoe@work.example")
    assert ["VIP"] in [one["tags"] for one in told["leads"]]
    assert "put on VIP" in json.dumps(told)
    erase_person(address="zoe@work.example", by=staff)
    assert not LeadTag.objects.exists()
    assert not LeadEvent.objects.filter(data__has_any_keys=["put_on", "taken_off"]).exists()


def test_postgres_puts_no_tag_on_an_erased_lead(person: Lead, tags: dict[str, Tag], staff: Any) -> None:
    erase_person(lead=person, by=staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        LeadTag.objects.create(lead=person, tag=tags["VIP"])


@pytest.mark.parametrize("role", ["auditor", "editor"])
def test_who_follows_up_no_leads_tags_none(
    desk: Client, person: Lead, tags: dict[str, Tag], django_user_model: Any, role: str
) -> None:
    tick(desk, person, "VIP")
    client = signed_in(django_user_model, role)
    assert ("<dd>VIP</dd>" in client.get(url(person)).text) is (role == "auditor")
    assert client.post(url(person, "tags"), {"tags": []}).status_code == 403
    assert client.post(f"{LIST}bulk/tag/", {}).status_code == 403
    assert on(person) == {"VIP"}


@pytest.mark.parametrize("page", ["the list", "a lead"])
def test_twenty_tags_cost_no_more_queries_than_one(
    desk: Client, person: Lead, tags: dict[str, Tag], staff: Any, page: str
) -> None:
    path = LIST if page == "the list" else url(person)
    tick(desk, person, "VIP")
    desk.get(path)
    with CaptureQueriesContext(connection) as one:
        desk.get(path)
    new = Tag.objects.bulk_create(Tag(name=f"Tag {number}") for number in range(20))
    change_tags(lead=person, put_on=[tag.pk for tag in new], by=staff)
    with CaptureQueriesContext(connection) as twenty:
        desk.get(path)
    assert len(twenty) == len(one)


def test_they_stand_under_the_name_in_the_list_and_fifty_who_have_some_cost_no_more(
    desk: Client, person: Lead, other: Lead, tags: dict[str, Tag], staff: Any
) -> None:
    change_tags(lead=person, put_on=[tag.pk for tag in tags.values()], by=staff)
    desk.get(LIST)
    with CaptureQueriesContext(connection) as one:
        page = desk.get(LIST).text
    assert page.count('<span class="tags">') == 1
    assert '</a> <span class="tags">Congress 2027, friend of &lt;Ana&gt; &amp; Co, VIP</span></th>' in page
    more = [make(name=f"Person {number}", phone="1") for number in range(48)]
    LeadTag.objects.bulk_create(LeadTag(lead=lead, tag=tags["VIP"]) for lead in more)
    with CaptureQueriesContext(connection) as fifty:
        assert desk.get(LIST).text.count('<span class="tags">') == 49
    assert len(fifty) == len(one)

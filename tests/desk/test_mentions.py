from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from enquiries.actions import erase_person, merge_leads, unmerge_lead
from enquiries.emails import any_waits, digest_figures, waiting_for
from enquiries.models import Lead, Mention
from tests.browser_posts import untouched
from tests.clinic.test_today import names
from tests.desk.test_two_people_editing import url

TITLE = "You were mentioned"


def colleague(users: Any, name: str, role: str = "coordinator") -> Any:
    account = users.objects.create_user(f"{name.split()[0].lower()}.{role}@clinic.example", name=name)
    account.groups.set(Group.objects.filter(name=role))
    return account


@pytest.fixture
def zoe(first_content: None, django_user_model: Any) -> Any:
    return colleague(django_user_model, "Zoë O'Brien")


@pytest.fixture
def anna(first_content: None, django_user_model: Any) -> Any:
    return colleague(django_user_model, "Anna Berg")


def as_account(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


def note(desk: Client, lead: Lead, text: str) -> list[str]:
    """Posts it as the page does; what was said after."""
    form = untouched(desk.get(url(lead)), "note-form")
    page = desk.post(url(lead, "note"), {**form, "text": text}, follow=True)
    return [str(message) for message in page.context["messages"]]


def on_today(account: Any) -> list[tuple[str, str]]:
    queues = as_account(account).get("/admin/").context["queues"]
    return [(row.url, row.why) for queue in queues if str(queue.title) == TITLE for row in queue.first]


def test_who_is_named_finds_it_on_today_until_they_say_seen(desk: Client, lead: Lead, zoe: Any, anna: Any) -> None:
    assert "Zoë O'Brien will find this on Today." in note(desk, lead, "@zoe, her liver values came")
    ((where, why),) = on_today(zoe)
    assert where == url(lead)
    assert why.startswith("by Sam Staff, ")
    assert on_today(anna) == []
    client = as_account(zoe)
    assert names(client, "mentioned=me") == [str(lead)]
    page = client.get(url(lead))
    form = untouched(page, "seen-form")
    # What comes while somebody reads is not seen with it.
    note(desk, lead, "@Zoë O'Brien once more")
    client.post(url(lead, "seen"), form)
    assert len(on_today(zoe)[0][1].split(" · ")) == 1
    client.post(url(lead, "seen"), untouched(client.get(url(lead)), "seen-form"))
    assert on_today(zoe) == []
    assert 'id="seen-form"' not in client.get(url(lead)).text


def test_the_words_of_a_call_name_somebody_too(desk: Client, lead: Lead, zoe: Any) -> None:
    form = untouched(desk.get(url(lead)), "call-form", press="outcome")
    desk.post(url(lead, "call"), {**form, "outcome": "no_answer", "text": f"Please try, @{zoe.email}."})
    assert len(on_today(zoe)) == 1


def test_what_names_several_or_nobody_stays_words_and_is_said_so(
    desk: Client, lead: Lead, anna: Any, django_user_model: Any
) -> None:
    colleague(django_user_model, "Anna Maier", "clinical")
    colleague(django_user_model, "Aud Itor", "auditor")
    gone = colleague(django_user_model, "Gone Away", "manager")
    gone.is_active = False
    gone.save()
    said = " ".join(note(desk, lead, "@Anna, @Aud, @Gone and @Annabel; ask me@anna.example or @ 9"))
    assert "Several of us may be called @Anna:" in said
    for name in ("@Aud", "@Gone", "@Annabel"):
        assert f"Nobody who follows up leads is called {name}: nobody was told." in said
    assert "@ 9" not in said
    assert not Mention.objects.exists()
    assert "Anna Berg will find this on Today." in note(desk, lead, "@anna berg")


@pytest.mark.parametrize("typed", ["@Anna Maier", "@Anna-Lena", "@anna.gone@clinic.example"])
def test_whoever_is_called_by_a_longer_name_is_not_taken_for_another(
    desk: Client, lead: Lead, anna: Any, django_user_model: Any, typed: str
) -> None:
    colleague(django_user_model, "Anna Maier", "editor")
    said = note(desk, lead, f"{typed} knows")
    assert f"Nobody who follows up leads is called {typed}: nobody was told." in said
    assert on_today(anna) == []


def test_two_of_one_whole_name_are_told_apart_by_their_addresses(
    desk: Client, lead: Lead, anna: Any, django_user_model: Any
) -> None:
    colleague(django_user_model, "Anna Berg", "clinical")
    said = "Several of us may be called @Anna Berg: nobody was told. Write the whole name, or the address."
    assert said in note(desk, lead, "@Anna Berg")
    note(desk, lead, f"@{anna.email}")
    assert len(on_today(anna)) == 1


def test_a_note_that_is_taken_back_takes_its_mention_along_and_one_that_moves_moves_it(
    desk: Client, lead: Lead, zoe: Any
) -> None:
    right = Lead.objects.create(email="right@example.org", next_action="Call", next_action_on="2028-01-01")
    note(desk, lead, "@Zoë, see her")
    first = lead.events.get(kind="note")
    desk.post(url(lead, "take-back"), {"note": first.pk, "other": f"#{right.pk}", "moves": "on"})
    assert [where for where, _why in on_today(zoe)] == [url(right)]
    desk.post(url(right, "take-back"), {"note": right.events.get(kind="note").pk, "other": ""})
    assert on_today(zoe) == []
    assert not Mention.objects.exists()


def test_a_merge_its_undo_and_erasing_keep_it_with_its_person(desk: Client, lead: Lead, zoe: Any, staff: Any) -> None:
    other = Lead.objects.create(email="other@example.org", next_action="Call", next_action_on="2028-01-01")
    note(desk, other, "@Zoë, see her")
    merge_leads(lead=other, into=lead, by=staff)
    assert [where for where, _why in on_today(zoe)] == [url(lead)]
    assert 'id="seen-form"' in as_account(zoe).get(url(lead)).text
    unmerge_lead(lead=other, by=staff)
    assert [where for where, _why in on_today(zoe)] == [url(other)]
    erase_person(lead=other)
    assert on_today(zoe) == []
    assert not Mention.objects.exists()


def test_the_mail_of_the_morning_counts_it_and_says_no_more(desk: Client, lead: Lead, zoe: Any) -> None:
    Lead.objects.update(owner=None, next_action_on="2028-01-01")
    assert not any_waits(waiting_for(zoe))
    note(desk, lead, "@Zoë, her liver")
    figures = [figure for figure in digest_figures(zoe) if figure.label == TITLE]
    assert [(figure.number, figure.url.partition("?")[2]) for figure in figures] == [("1", "mentioned=me")]


@pytest.mark.parametrize("role", ["editor", "auditor"])
def test_who_follows_up_no_leads_any_more_is_told_of_none(desk: Client, lead: Lead, zoe: Any, role: str) -> None:
    note(desk, lead, "@Zoë")
    zoe.groups.set(Group.objects.filter(name=role))
    assert on_today(zoe) == []
    assert not any(one.label == TITLE for one in digest_figures(zoe))
    assert 'id="seen-form"' not in as_account(zoe).get(url(lead)).text

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from enquiries.actions import erase_person
from enquiries.models import Enquiry, Lead, LeadEvent
from foundation.models import ClinicProfile
from mailings.actions import suppress
from mailings.models import OutgoingEmail, Suppression

LIST = "/admin/enquiries/enquiry/"


@pytest.fixture
def held(ask: Callable[..., Any]) -> Enquiry:
    ask(name="Zoë O'Brien & www.sons.example", phone="555 0142", message="<b>Hello</b>")
    return Enquiry.objects.get(verdict="held")


def test_held_enquiries_can_be_listed_alone(desk: Client, held: Enquiry, ask: Callable[..., Any]) -> None:
    ask(email="fine@example.com")
    assert desk.get(LIST).context["cl"].result_count == 2
    assert list(desk.get(f"{LIST}?verdict=held").context["cl"].result_list) == [held]


def test_a_held_enquiry_shows_why_and_what_was_typed(desk: Client, held: Enquiry) -> None:
    page = desk.get(f"{LIST}{held.pk}/change/").text
    assert "the name holds a link" in page
    assert "Zoë O&#x27;Brien &amp; www.sons.example" in page
    assert "&lt;b&gt;Hello&lt;/b&gt;" in page


def test_what_a_stranger_typed_is_no_link_and_no_markup_for_staff(desk: Client, ask: Callable[..., Any]) -> None:
    ask(name="Zoë www.sons.example", message="<script>x()</script> https://sons.example/ zoe@sons.example")
    held = Enquiry.objects.get()
    lead = desk.post(f"{LIST}{held.pk}/release/")["Location"]
    for page in (desk.get(f"{LIST}{held.pk}/change/").text, desk.get(lead).text):
        assert "&lt;script&gt;x()&lt;/script&gt; https://sons.example/" in page
        assert "<script>x()" not in page
        assert [link for link in re.findall(r'href="([^"]*)"', page) if "sons.example" in link] == []


def test_releasing_makes_the_lead_and_sends_the_packet(desk: Client, held: Enquiry, staff: Any) -> None:
    response = desk.post(f"{LIST}{held.pk}/release/")
    lead = Lead.objects.get()
    assert response["Location"] == lead.get_absolute_url()
    assert lead.phone == "555 0142"
    assert OutgoingEmail.objects.filter(kind="packet").count() == 1
    assert LeadEvent.objects.get(kind="enquiry").actor == staff


def test_releasing_says_so_when_the_address_had_its_packet_today(
    desk: Client, held: Enquiry, ask: Callable[..., Any]
) -> None:
    ask(message="The same person again")
    page = desk.post(f"{LIST}{held.pk}/release/", follow=True).text
    assert "on its way." not in page.split('class="messagelist"')[1].split("</ul>")[0]
    assert "No packet was sent" in page
    assert OutgoingEmail.objects.filter(kind="packet").count() == 1


def test_releasing_says_so_when_nothing_may_be_mailed_to_the_address(desk: Client, held: Enquiry) -> None:
    suppress(address=held.email, reason=Suppression.Reason.COMPLAINT)
    page = desk.post(f"{LIST}{held.pk}/release/", follow=True).text
    told = page.split('class="messagelist"')[1].split("</ul>")[0]
    assert "Nothing may be sent to this address: they reported our mail as spam." in told


@pytest.mark.parametrize(("verb", "word"), [("release", "Released"), ("discard", "Discarded")])
def test_the_page_says_who_decided_and_when(desk: Client, held: Enquiry, verb: str, word: str) -> None:
    page = f"{LIST}{held.pk}/change/"
    assert "by Sam Staff" not in desk.get(page).text
    desk.post(f"{LIST}{held.pk}/{verb}/")
    held.refresh_from_db()
    assert held.decided_at
    told = " ".join(desk.get(page).text.split())
    at = timezone.localtime(held.decided_at, ClinicProfile.objects.current().zone)
    assert f"{word} by Sam Staff, {date_format(at, 'DATETIME_FORMAT')}" in told


def test_of_one_that_was_brought_back_and_released_the_last_word_counts(desk: Client, held: Enquiry) -> None:
    for verb in ("discard", "bring-back"):
        desk.post(f"{LIST}{held.pk}/{verb}/")
    assert "by Sam Staff" not in desk.get(f"{LIST}{held.pk}/change/").text
    before = timezone.now()
    desk.post(f"{LIST}{held.pk}/release/")
    held.refresh_from_db()
    assert held.decided_at
    assert held.decided_at >= before


def test_of_one_that_was_released_before_the_moment_was_kept_the_page_says_who(desk: Client, held: Enquiry) -> None:
    desk.post(f"{LIST}{held.pk}/release/")
    Enquiry.objects.update(decided_at=None)
    assert "Released by Sam Staff." in " ".join(desk.get(f"{LIST}{held.pk}/change/").text.split())


def test_releasing_twice_sends_one_packet(desk: Client, held: Enquiry) -> None:
    desk.post(f"{LIST}{held.pk}/release/")
    desk.post(f"{LIST}{held.pk}/release/")
    assert OutgoingEmail.objects.filter(kind="packet").count() == 1


def test_a_discarded_enquiry_leaves_the_queue_and_stays_on_record(desk: Client, held: Enquiry) -> None:
    desk.post(f"{LIST}{held.pk}/discard/")
    held.refresh_from_db()
    assert held.verdict == "discarded"
    assert "already" in desk.post(f"{LIST}{held.pk}/release/", follow=True).text
    assert not Lead.objects.exists()


def test_what_was_discarded_and_erased_since_is_not_brought_back(desk: Client, held: Enquiry) -> None:
    desk.post(f"{LIST}{held.pk}/discard/")
    assert "bring-back-form" in desk.get(f"{LIST}{held.pk}/change/").text
    erase_person(address=held.email)
    assert "bring-back-form" not in desk.get(f"{LIST}{held.pk}/change/").text
    told = desk.post(f"{LIST}{held.pk}/bring-back/", follow=True).text
    assert "and whose person was not erased since" in told
    desk.post(f"{LIST}{held.pk}/release/")
    held.refresh_from_db()
    assert (held.verdict, held.fields, Lead.objects.exists()) == ("discarded", {}, False)


@pytest.mark.parametrize("verb", ["release", "discard"])
def test_deciding_needs_a_post_a_token_and_the_permission(held: Enquiry, django_user_model: Any, verb: str) -> None:
    url = f"{LIST}{held.pk}/{verb}/"
    viewer = django_user_model.objects.create_user("viewer@clinic.example")
    viewer.user_permissions.add(Permission.objects.get(codename="view_enquiry"))
    client, outside = Client(), Client(enforce_csrf_checks=True)
    assert client.post(url)["Location"].startswith("/admin/login/")
    client.force_login(viewer)
    assert client.post(url).status_code == 403
    assert "Release" not in client.get(f"{LIST}{held.pk}/change/").text
    viewer.user_permissions.add(Permission.objects.get(codename="change_enquiry"))
    client.get(url)
    outside.force_login(viewer)
    assert outside.post(url).status_code == 403
    held.refresh_from_db()
    assert held.verdict == "held"


def test_an_enquiry_is_never_added_or_deleted_here(desk: Client, held: Enquiry) -> None:
    assert desk.get(f"{LIST}add/").status_code == 403
    assert desk.post(f"{LIST}{held.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_part_of_an_address_is_found_by_an_index(desk: Client, enquiry: Enquiry) -> None:
    held = {"verdict": "held", "held_reason": "link_in_name", "fields": {}}
    Enquiry.objects.bulk_create(Enquiry(email=f"person{number}@example.org", **held) for number in range(3000))
    with CaptureQueriesContext(connection) as captured:
        assert list(desk.get(f"{LIST}?q=Zoe@EXAM").context["cl"].result_list) == [enquiry]
    [sql] = [query["sql"] for query in captured if "LIKE" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE enquiries_enquiry")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}")
        assert "enquiry_address" in str(cursor.fetchall())

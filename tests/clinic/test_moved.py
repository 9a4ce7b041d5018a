import pytest
from django.test import Client

from clinic.moved import MOVED
from foundation.models import ClinicProfile, ConsentWording
from newsletters.actions import request_newsletter
from newsletters.models import Subscriber


def test_the_address_of_a_page_that_moved_leads_to_where_it_is(desk: Client) -> None:
    for old in MOVED:
        assert desk.get(f"/admin/{old}/", follow=True).status_code == 200
    held = "subscriber/?state__exact=held"
    assert desk.get(f"/admin/mailings/{held}")["Location"] == f"/admin/newsletters/{held}"
    assert (
        desk.get("/admin/articles/clinicprofile/1/change/", follow=True).context["original"]
        == ClinicProfile.objects.get()
    )


def test_a_form_that_was_open_when_its_page_moved_is_saved(desk: Client) -> None:
    wording = ConsentWording.objects.current(ConsentWording.Kind.NEWSLETTER)
    held = request_newsletter(address="zoe@example.com", wording=wording, held_reason="a trap")
    answer = desk.post(f"/admin/mailings/subscriber/{held.pk}/release/", follow=True)
    assert answer.status_code == 200
    assert Subscriber.objects.get().state == Subscriber.State.PENDING


def test_whoever_is_not_signed_in_learns_nothing_from_an_old_address(client: Client, db: None) -> None:
    answer = client.get("/admin/mailings/subscriber/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/admin/login/")


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("7/change/%3Fnext=%23x", "7/change/%3Fnext%3D%23x"),
        ("Zo%C3%AB%20O'Brien%20&%20Sons/", "Zo%C3%AB%20O%27Brien%20%26%20Sons/"),
    ],
)
def test_what_stands_behind_the_old_address_is_quoted_again(desk: Client, asked: str, leads_to: str) -> None:
    assert desk.get(f"/admin/mailings/subscriber/{asked}")["Location"] == f"/admin/newsletters/subscriber/{leads_to}"


@pytest.mark.parametrize("rest", ["../../../accounts/login/", "%2e%2e/x/", "1/./x/", "..", "a/%2E%2E", "1%0d%0aX:y/"])
def test_an_old_address_leads_nowhere_else(desk: Client, rest: str) -> None:
    assert desk.get(f"/admin/mailings/subscriber/{rest}").status_code == 404

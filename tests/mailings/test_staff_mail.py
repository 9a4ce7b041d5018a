from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from enquiries.models import Lead
from foundation.models import ConsentWording
from mailings.actions import suppress
from mailings.models import Consent, OutgoingEmail, Suppression
from newsletters.models import Subscriber
from tests.browser_posts import untouched

Kind = ConsentWording.Kind
LIST = "/admin/mailings/outgoingemail/"


@pytest.fixture
def held(first_content: None) -> Subscriber:
    Client().post("/newsletter/", {"email": "zoe@example.com", "consent": "on", "leave_this_empty": "robot"})
    return Subscriber.objects.get(state="held")


def test_the_mail_list_says_what_kind_of_mail_each_is(desk: Client, lead: Lead) -> None:
    page = desk.get(LIST).text
    assert "information packet" in page
    assert "zoe@example.com" in page


def test_mail_is_found_by_address_kind_and_state(desk: Client, ask: Callable[..., Any]) -> None:
    ask(consent_newsletter="on")
    ask(email="other@example.com")

    def found(query: str) -> set[tuple[str, str]]:
        result = desk.get(f"{LIST}?{query}").context["cl"].result_list
        return {(mail.email, mail.kind) for mail in result}

    packet, confirm = ("zoe@example.com", "packet"), ("zoe@example.com", "newsletter_confirm")
    assert found("q=zoe@example") == {packet, confirm}
    assert found("q=zoe&kind=packet") == {packet}
    assert found("state__exact=failed") == set()


def test_one_mail_shows_its_fate_and_cannot_be_changed(desk: Client, lead: Lead, deliver: Callable[[], None]) -> None:
    deliver()
    mail = OutgoingEmail.objects.get(kind="packet")
    page = desk.get(f"{LIST}{mail.pk}/change/")
    assert "Sent: the mail server took it." in page.text
    assert 'name="_save"' not in page.text
    assert desk.post(f"{LIST}{mail.pk}/change/", {"state": "queued"}).status_code == 403
    assert desk.post(f"{LIST}{mail.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_held_sign_up_is_released_by_one_post(desk: Client, held: Subscriber) -> None:
    url = f"/admin/newsletters/subscriber/{held.pk}/"
    desk.get(f"{url}release/")
    held.refresh_from_db()
    assert held.state == "held"
    assert "Release" in desk.get(f"{url}change/").text
    desk.post(f"{url}release/")
    held.refresh_from_db()
    assert held.state == "pending"
    assert OutgoingEmail.objects.get().kind == "newsletter_confirm"
    assert "Release" not in desk.get(f"{url}change/").text.split('class="messagelist"')[-1].split("</ul>")[-1]


def test_releasing_a_sign_up_needs_the_permission_to_change_it(held: Subscriber, django_user_model: Any) -> None:
    url = f"/admin/newsletters/subscriber/{held.pk}/release/"
    viewer = django_user_model.objects.create_user("viewer@clinic.example")
    viewer.user_permissions.add(Permission.objects.get(codename="view_subscriber"))
    client = Client()
    assert client.post(url)["Location"].startswith("/admin/login/")
    client.force_login(viewer)
    assert client.post(url).status_code == 403


def test_a_new_wording_gets_the_next_number_and_the_old_stays_as_it_is(desk: Client) -> None:
    old = ConsentWording.objects.current(Kind.CONTACT)
    add = "/admin/foundation/consentwording/add/"
    page = desk.get(add)
    assert 'id="id_kind_helptext"' in page.text
    assert "never changed again" in page.text
    form = untouched(page, "consentwording_form")
    desk.post(add, {**form, "kind": "contact", "text": "Zoë O'Brien & Sons may write."})
    new = ConsentWording.objects.current(Kind.CONTACT)
    assert (new.number, new.text) == (old.number + 1, "Zoë O'Brien & Sons may write.")
    url = f"/admin/foundation/consentwording/{old.pk}/change/"
    assert old.text[:20] in desk.get(url).text
    assert desk.post(url, {"kind": "contact", "text": "Other words"}).status_code == 403


def test_a_consent_shows_its_wording(desk: Client, lead: Lead) -> None:
    for consent in Consent.objects.all():
        assert consent.wording.text in desk.get(f"/admin/mailings/consent/{consent.pk}/change/").text


def test_a_suppression_is_found_by_the_address_of_which_it_keeps_only_a_hash(desk: Client, db: None) -> None:
    suppress(address="zoe@example.com", reason=Suppression.Reason.COMPLAINT)
    suppress(address="other@example.com", reason=Suppression.Reason.COMPLAINT)
    url = "/admin/mailings/suppression/"
    assert desk.get(url).context["cl"].result_count == 2
    assert desk.get(f"{url}?q=Zoe@example.com").context["cl"].result_count == 1


@pytest.mark.parametrize(
    "model", ["mailings/outgoingemail", "newsletters/subscriber", "mailings/consent", "mailings/suppression"]
)
def test_nothing_is_added_to_the_ledger_by_hand(desk: Client, model: str) -> None:
    assert desk.get(f"/admin/{model}/add/").status_code == 403
    assert Client().get(f"/admin/{model}/")["Location"].startswith("/admin/login/")

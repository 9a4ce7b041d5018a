import re
from typing import Any

from django.contrib.auth.models import Permission
from django.test import Client

from enquiries.models import Lead
from mailings.actions import suppress
from mailings.models import OutgoingEmail, Suppression
from tests.conftest import ADDRESS, AWKWARD_NAME
from tests.desk.test_two_people_editing import url

WHOSE = re.compile(r'<p class="whose">(.*?)</p>', re.DOTALL)
LIST = "/admin/mailings/suppression/"


def told(page: str) -> str:
    return " ".join(WHOSE.findall(page))


def test_who_lifts_a_suppression_sees_whose_it_is(desk: Client, lead: Lead) -> None:
    suppress(address=ADDRESS, reason=Suppression.Reason.HARD_BOUNCE)
    links = re.findall(rf'href="({LIST}\d+/change/[^"]*)"', desk.get(url(lead)).text)
    links += re.findall(rf'href="({LIST}\d+/change/[^"]*)"', desk.get(LIST, {"q": ADDRESS}).text)
    assert len(links) == 2
    for link in links:
        page = desk.get(link.replace("&amp;", "&")).text
        lift = re.findall(rf'href="({LIST}\d+/lift/[^"]*)"', page)[0].replace("&amp;", "&")
        for text in (page, desk.get(lift).text):
            assert ADDRESS in told(text)
            assert AWKWARD_NAME.split("'")[0] in told(text)


def test_nothing_is_said_where_another_one_is_named(desk: Client, lead: Lead) -> None:
    other = Lead.objects.create(email="other@example.org", next_action="Call", next_action_on="2026-01-01")
    suppress(address=ADDRESS, reason=Suppression.Reason.HARD_BOUNCE)
    number = Suppression.objects.get().pk
    for query in ("", f"?lead={other.pk}", "?lead=x&mail=99999999999999999999"):
        page = desk.get(f"{LIST}{number}/lift/{query}").text
        assert (told(page), "Only the hash of the address is kept." in page) == ("", True)


def test_whoever_may_open_neither_lead_nor_mail_learns_nothing_by_their_numbers(
    lead: Lead, django_user_model: Any
) -> None:
    suppress(address=ADDRESS, reason=Suppression.Reason.HARD_BOUNCE)
    page = f"{LIST}{Suppression.objects.get().pk}/change/"
    mail = OutgoingEmail.objects.get(kind="packet")
    account = django_user_model.objects.create_user("viewer@clinic.example", is_staff=True)
    account.user_permissions.set(Permission.objects.filter(codename="view_suppression"))
    client = Client()
    client.force_login(account)
    assert [told(client.get(f"{page}?{query}").text) for query in (f"lead={lead.pk}", f"mail={mail.pk}")] == ["", ""]
    account.user_permissions.add(Permission.objects.get(codename="view_outgoingemail"))
    assert ADDRESS in told(client.get(f"{page}?mail={mail.pk}").text)

from typing import Any

import pytest
from django.test import Client

from mailings.actions import lift_suppression, suppress
from mailings.models import Suppression
from mailings.rules import suppressed

URL = "/admin/mailings/suppression/"
ADDRESS = "zoe@example.com"


@pytest.fixture
def suppression(first_content: None) -> Suppression:
    suppress(address=ADDRESS, reason=Suppression.Reason.HARD_BOUNCE)
    return Suppression.objects.get()


def test_lifting_asks_first_and_leaves_history(desk: Client, suppression: Suppression, staff: Any) -> None:
    page = f"{URL}{suppression.pk}/"
    assert f"{page}lift/" in desk.get(f"{page}change/").text
    assert "Lift this if you know that it does." in desk.get(f"{page}lift/").text
    assert suppressed(ADDRESS)
    after = desk.post(f"{page}lift/", follow=True).text
    assert "it may be mailed again." in after
    assert "by Sam Staff" in after
    assert f"{page}lift/" not in after
    assert suppressed(ADDRESS) is None
    suppression.refresh_from_db()
    assert suppression.lifted_by == staff
    assert '<li class="info">It is lifted already.</li>' in desk.post(f"{page}lift/", follow=True).text


def test_lifting_twice_keeps_the_first_name(desk: Client, suppression: Suppression, django_user_model: Any) -> None:
    first = django_user_model.objects.create_superuser("first@clinic.example")
    lift_suppression(suppression=suppression, by=first)
    assert "it may be mailed again." not in desk.post(f"{URL}{suppression.pk}/lift/", follow=True).text
    assert desk.get(f"{URL}{suppression.pk}/lift/").status_code == 302
    suppression.refresh_from_db()
    assert suppression.lifted_by == first


@pytest.mark.parametrize("reason", Suppression.Reason.values)
def test_each_reason_is_asked_about(desk: Client, first_content: None, reason: str) -> None:
    suppress(address=ADDRESS, reason=reason)
    assert desk.get(f"{URL}{Suppression.objects.get().pk}/lift/").status_code == 200


def test_the_list_tells_standing_from_lifted(desk: Client, suppression: Suppression, staff: Any) -> None:
    lift_suppression(suppression=suppression, by=staff)
    suppress(address=ADDRESS, reason=Suppression.Reason.COMPLAINT)

    def found(query: str) -> set[str]:
        return {row.reason for row in desk.get(f"{URL}?{query}").context["cl"].result_list}

    assert found("standing=yes") == {"complaint"}
    assert found("standing=no") == {"hard_bounce"}
    assert found(f"q={ADDRESS}") == {"complaint", "hard_bounce"}
    assert "Sam Staff" in desk.get(URL).text


def test_the_list_leads_to_what_servers_called_dead_of_late(desk: Client, onlooker: Client) -> None:
    link = 'href="/admin/mailings/suppression/mistaken/"'
    assert link in desk.get("/admin/mailings/suppression/").text
    assert link not in onlooker.get("/admin/mailings/suppression/").text


def test_others_may_look_and_not_lift(onlooker: Client, suppression: Suppression) -> None:
    page = f"{URL}{suppression.pk}/"
    assert "lift/" not in onlooker.get(f"{page}change/").text
    for method in (onlooker.get, onlooker.post):
        assert method(f"{page}lift/").status_code == 403
    assert Client().post(f"{page}lift/")["Location"].startswith("/admin/login/")
    assert suppressed(ADDRESS)

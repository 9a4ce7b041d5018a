from typing import Any

import pytest
from django.test import Client

from clinic.models import AccountMail, AuditEvent
from tests.concurrency.test_two_clicks_on_an_article import click_twice


@pytest.mark.django_db(transaction=True)
def test_a_second_factor_that_is_reset_by_two_posts_at_once_is_told_of_once(
    desk: Client, django_user_model: Any
) -> None:
    colleague = django_user_model.objects.create_user("colleague@clinic.example", name="Cora", is_staff=True)
    answers = click_twice(desk, f"/admin/clinic/staffuser/{colleague.pk}/reset-factors/", {})
    assert [answer.status_code for answer in answers] == [302, 302]
    assert AuditEvent.objects.filter(kind="factor_removed").count() == 1
    assert AccountMail.objects.filter(account=colleague).count() == 1

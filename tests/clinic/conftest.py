from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from tests.clinic.staff_urls import SUPERUSER


@pytest.fixture
def account(first_content: None, django_user_model: Any) -> Callable[[str], Any]:
    """Somebody with one role, or with none, or a superuser."""

    def make(role: str) -> Any:
        if role == SUPERUSER:
            return django_user_model.objects.create_superuser("superuser@clinic.example")
        user = django_user_model.objects.create_user(f"{role.replace(' ', '-')}@clinic.example", name=role)
        user.groups.set(Group.objects.filter(name=role))
        return user

    return make


@pytest.fixture
def browser(account: Callable[[str], Any]) -> Callable[[str], Client]:
    def open_as(role: str) -> Client:
        client = Client()
        client.force_login(account(role))
        return client

    return open_as

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from enquiries.models import Lead
from mailings.models import OutgoingEmail


@pytest.fixture
def packet(lead: Lead) -> OutgoingEmail:
    return OutgoingEmail.objects.get(kind="packet")


@pytest.fixture
def onlooker(first_content: None, django_user_model: Any) -> Client:
    """The browser of somebody who may see mail and do nothing about it."""
    user = django_user_model.objects.create_user("onlooker@clinic.example", name="Olive Onlooker")
    seen = ["view_outgoingemail", "view_suppression", "view_lead"]
    user.user_permissions.add(*Permission.objects.filter(codename__in=seen))
    client = Client()
    client.force_login(user)
    return client

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from foundation.models import ConsentWording
from mailings.models import Consent
from newsletters.models import Subscriber


def make(number: int) -> str:
    told = StringIO()
    call_command("make_sample_subscribers", number, stdout=told)
    return told.getvalue()


def test_it_makes_as_many_as_it_was_asked_for_each_with_a_consent(first_content: None) -> None:
    assert "250 sample subscribers" in make(250)
    assert Subscriber.objects.count() == Subscriber.objects.exclude(consent=None).count() == 250
    wording = ConsentWording.objects.current(ConsentWording.Kind.NEWSLETTER)
    assert Consent.objects.filter(wording=wording).count() == 250
    assert {*Subscriber.objects.values_list("state", flat=True)} == {"confirmed", "unsubscribed", "pending"}
    assert 200 < Subscriber.objects.may_get_mail().count() < 240


def test_a_second_run_adds_to_the_first(first_content: None) -> None:
    for _twice in range(2):
        make(10)
    assert Subscriber.objects.count() == 20


def test_a_real_site_gets_no_people_who_never_were(first_content: None) -> None:
    with override_settings(SITE_URL="https://clinic.example"), pytest.raises(CommandError, match="may be real"):
        make(1)


def test_none_are_made_of_none(first_content: None, capsys: Any) -> None:
    make(0)
    assert not Subscriber.objects.exists()

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from foundation.tokens import hash_address
from mailings import delivery
from mailings.models import OutgoingEmail, Suppression

State = OutgoingEmail.State
DEPLOYING = (Path(__file__).parents[2] / "docs/deploying.md").read_text()


def test_what_waits_in_a_restored_backup_goes_out_by_nobody_but_staff(
    ask: Callable[..., Any], desk: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("due", "put-off", "on-the-wire"):
        ask(email=f"{name}@example.com")
    mails = OutgoingEmail.objects.filter(kind="packet")
    later = timezone.now() + timedelta(hours=4)
    mails.filter(email="put-off@example.com").update(next_attempt_at=later, attempts=5)
    mails.filter(email="on-the-wire@example.com").update(state=State.SENDING, lease_until=timezone.now())
    call_command("doubt_waiting_mail")
    assert capsys.readouterr().out == "Uncertain from now on, for staff to decide: 3.\n"
    delivery.drain()
    assert set(mails.values_list("state", flat=True)) == {State.UNCERTAIN}
    assert [sent for sent in mail.outbox if "example.com" in sent.to[0]] == []
    page = desk.get(f"/admin/mailings/outgoingemail/{mails[0].pk}/change/").text
    assert "It was cut off while it was on its way" in page


def test_who_left_since_the_backup_is_left_alone_after_the_restore(db: None) -> None:
    Suppression.objects.create(address_hash=hash_address("zoe@example.com"), reason="unsubscribed")
    [statement] = re.findall(r'--command="(SELECT format\(.+)" \|$', DEPLOYING, re.MULTILINE)
    with connection.cursor() as cursor:
        cursor.execute(statement)
        [[insert]] = cursor.fetchall()
        Suppression.objects.all().delete()
        for _ in range(2):
            cursor.execute(insert)
    assert Suppression.objects.standing().get().address_hash == hash_address("zoe@example.com")

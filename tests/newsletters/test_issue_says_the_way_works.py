from collections.abc import Callable
from typing import Any

import pytest
from django.core.mail.backends.locmem import EmailBackend

from mailings import delivery
from mailings.models import Channel, MailEvent, OutgoingEmail
from newsletters.models import Newsletter, Subscriber


def test_each_mail_that_is_out_says_that_the_way_to_the_mail_server_works(
    under_way: Callable[[], Newsletter], join: Callable[..., Subscriber], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        join(f"reader{number}@example.org")
    under_way()
    found: list[tuple[int, int]] = []
    send = EmailBackend.send_messages

    def another_worker_meets_trouble(backend: Any, messages: Any) -> int:
        found.append((Channel.objects.now().failures, MailEvent.objects.filter(kind="sent").count()))
        Channel.objects.update_or_create(pk=1, defaults={"failures": 1})
        return send(backend, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", another_worker_meets_trouble)
    delivery.drain()
    issue = found[-4:]
    before = issue[0][1]
    assert issue == [(0, before), (0, before + 1), (0, before + 2), (0, before + 3)]
    assert Channel.objects.now().failures == 0
    assert not OutgoingEmail.objects.waiting().exists()

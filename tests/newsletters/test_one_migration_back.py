from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mailings import delivery
from mailings.models import OutgoingEmail
from newsletters.models import Newsletter, Subscriber
from tests.clinic.test_mails_of_the_version_before import migrate

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]


@pytest.fixture
def before_put_sent(first_content: None) -> Iterator[None]:
    migrate([("mailings", "0043_slots_further_apart")])
    yield
    migrate(None)


def test_mail_goes_out_between_the_way_back_over_a_migration_and_the_way_forth(
    first_content: None,
    under_way: Callable[[], Newsletter],
    join: Callable[..., Subscriber],
    ask: Callable[..., Any],
    request: pytest.FixtureRequest,
) -> None:
    ask(email="zoe@example.org")
    request.getfixturevalue("before_put_sent")
    while delivery.drain():
        pass
    assert set(OutgoingEmail.objects.values_list("kind", "state")) == {("packet", "sent")}
    migrate(None)
    for number in range(3):
        join(f"reader{number}@example.org")
    under_way()
    while delivery.drain():
        pass
    assert set(OutgoingEmail.objects.values_list("kind", "state")) == {("newsletter", "sent"), ("packet", "sent")}

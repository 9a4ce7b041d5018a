"""What subscribers choose for themselves by the link in their mails."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from articles.models import Topic
from mailings import rules
from newsletters.actions.subscriptions import locked
from newsletters.models import Subscriber

# Three months, as the page says.
PAUSE = timedelta(days=91)


@transaction.atomic
def choose(*, subscriber: uuid.UUID, topics: Iterable[Topic], language: str, rhythm: str) -> Subscriber | None:
    """None for whoever is not on the list: what they chose would bring them nothing."""
    found = _on_the_list(subscriber)
    if found:
        found.topics.set(topics)
        found.language = rules.supported_language(language)
        found.rhythm = rhythm
        found.save(update_fields=["language", "rhythm"])
    return found


def pause_newsletters(*, subscriber: uuid.UUID) -> Subscriber | None:
    """From now on for three months, also when there was a pause already."""
    return _pause(subscriber, timezone.now() + PAUSE)


def resume_newsletters(*, subscriber: uuid.UUID) -> Subscriber | None:
    return _pause(subscriber, None)


@transaction.atomic
def _pause(subscriber: uuid.UUID, until: datetime | None) -> Subscriber | None:
    found = _on_the_list(subscriber)
    if found:
        found.paused_until = until
        found.save(update_fields=["paused_until"])
    return found


def _on_the_list(subscriber: uuid.UUID) -> Subscriber | None:
    found = locked(uuid=subscriber)
    return found if found and found.state == Subscriber.State.CONFIRMED else None

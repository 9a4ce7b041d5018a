import logging
import signal
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from foundation.outage import OUTAGES
from mailings import delivery
from mailings.models import Channel, OutgoingEmail

logger = logging.getLogger(__name__)

# How soon a signal is noticed while there is nothing to do.
NAP_SECONDS = 0.2


class Command(BaseCommand):
    help = "Sends what is due, without any broker: what the workers do when Celery wakes them."

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.is_over = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--forever", action="store_true", help="look again every 15 s until it is stopped")

    def handle(self, *args: Any, forever: bool, **options: Any) -> None:
        # The mail in hand is finished: one cut off may arrive twice.
        before = {number: signal.signal(number, self.end) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            self.go_on() if forever else self.send_once()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def end(self, *_: Any) -> None:
        self.is_over = True

    def send_once(self) -> None:
        try:
            self.drain_all()
            self.stdout.write(what_waits())
        except OUTAGES as error:
            raise CommandError(f"The database is away ({type(error).__name__}). No mail is lost; try again.") from None

    def drain_all(self) -> None:
        while not self.is_over and delivery.drain(lambda: self.is_over):
            pass

    def go_on(self) -> None:
        self.stdout.write("Sending what is due, until Ctrl-C.")
        while not self.is_over:
            try:
                # Else a connection that Postgres closed in its restart would fail for ever.
                close_old_connections()
                self.drain_all()
            except OUTAGES as error:
                logger.error("the database is away, mail waits: %s", type(error).__name__)
            except Exception:  # as in a worker, whose next task is not lost by the one before
                logger.exception("mail waits for the next try")
            self.wait()

    def wait(self) -> None:
        until = time.monotonic() + settings.MAIL_SWEEP_SECONDS
        while not self.is_over and time.monotonic() < until:
            time.sleep(NAP_SECONDS)


def what_waits() -> str:
    """What a person who ran it once wants to know."""
    count = OutgoingEmail.objects.waiting().count()
    channel = Channel.objects.now()
    if not count:
        return "Nothing waits."
    if channel.is_open(timezone.now()):
        return f"Waiting for their next try: {count}."
    return (
        f"Waiting: {count}. {channel.get_reason_display() or 'The mail server is in trouble.'} {channel.reply}".strip()
    )

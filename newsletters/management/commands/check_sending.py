import time
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils import timezone

from mailings import delivery, received
from mailings.actions import queue_email
from mailings.models import Channel, OutgoingEmail
from newsletters.emails import CHECK

State = OutgoingEmail.State
# A worker may have it in hand; longer than that it waits for something.
WAIT_SECONDS = 30
LOOK_AGAIN_SECONDS = 0.5
SENT = """The mail server took it. Now look at what arrived:
1. Open the mailbox of {address}; look into the spam folder, too.
2. Save the mail there as a file: "show original" and "download", or "save as" (.eml).
3. ./run manage check_sending {address} --read FILE
   It says what the receiving host found of SPF, DKIM and DMARC, and whether leaving takes one click.
Message-ID: {message_id}"""
KEPT_HERE = "There is no EMAIL_URL, so it is a file in {folder}, and no receiver sees it."


class Command(BaseCommand):
    help = "Sends a mail with the headers of a newsletter, or says what a receiver sees of the one that arrived."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")
        parser.add_argument("--read", type=Path, metavar="FILE", help="the mail as it arrived, saved as a file (.eml)")

    def handle(self, *args: Any, address: str, read: Path | None = None, **options: Any) -> None:
        try:
            validate_email(address)
        except ValidationError:
            raise CommandError(f"{address} is not an e-mail address.") from None
        self.tell(read) if read else self.send(address)

    def send(self, address: str) -> None:
        key = f"newsletter-check:{uuid.uuid4().hex}"
        outgoing = sent(queue_email(kind=CHECK, address=address, dedupe_key=key))
        if outgoing.state != State.SENT:
            raise CommandError(f"Not sent: {why_not(outgoing)}")
        self.stdout.write(SENT.format(address=address, message_id=outgoing.message_id))
        if not settings.EMAIL_URL:
            self.stdout.write(KEPT_HERE.format(folder=settings.EMAIL_FILE_PATH))

    def tell(self, file: Path) -> None:
        try:
            findings = received.look_at(file.read_bytes())
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        except received.Unreadable as error:
            raise CommandError(str(error)) from None
        for finding in findings:
            self.stdout.write(f"{'ok   ' if finding.is_good else 'WRONG'}  {finding.words}")
        wrong = sum(not finding.is_good for finding in findings)
        if wrong:
            raise CommandError(f"Wrong: {wrong} of {len(findings)}. docs/sending.md says which records these stand on.")


def sent(outgoing: OutgoingEmail) -> OutgoingEmail:
    """By the way of every mail. Whatever else is due goes along, as by a worker."""
    until = time.monotonic() + WAIT_SECONDS
    while outgoing.state in (State.QUEUED, State.SENDING) and time.monotonic() < until:
        if not delivery.drain():
            if not Channel.objects.now().is_open(timezone.now()) or outgoing.attempts:
                break
            time.sleep(LOOK_AGAIN_SECONDS)
        outgoing.refresh_from_db()
    return outgoing


def why_not(outgoing: OutgoingEmail) -> str:
    channel = Channel.objects.now()
    waits = "it waits for its next try." if outgoing.state == State.QUEUED else ""
    reason = channel.get_reason_display() if channel.reason else ""
    return (
        " ".join(filter(None, [str(reason), channel.reply, outgoing.in_words, waits])) or outgoing.get_state_display()
    )

import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import get_connection
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from foundation.models import ClinicProfile
from mailings import transport
from mailings.emails import compose
from mailings.models import Channel, OutgoingEmail
from mailings.models.why import in_words
from mailings.transport import Outcome, Result, Trouble

AT_THE_MAIL_SERVER = "Ask whoever runs the mail server; the answer above is in its own words."
WHAT_TO_DO = {
    Outcome.LATER: "The mail server says: not now. A real mail would be tried again; so try again in some minutes.",
    Outcome.NO_SUCH_ADDRESS: "There is no such address. A real mail would fail, and nothing more would be sent there.",
    Outcome.REFUSED: f"The mail server refuses this mail for good. {AT_THE_MAIL_SERVER}",
    Outcome.UNSENDABLE: "The mail cannot be put into the form that the server wants. Check FROM_EMAIL and REPLY_TO.",
    Outcome.CUT_OFF: "The connection broke off. Check host and port in EMAIL_URL, and any firewall between.",
    Outcome.UNKNOWN: "The connection broke off before the answer, so the mail may have arrived. Look there first.",
    Outcome.BLOCKED: f"The mail server refuses us, whoever the mail is for. {AT_THE_MAIL_SERVER}",
}
TAKEN = """The mail server took it. That is not yet arrival. Look:
1. Is it in the inbox of {address}, or in the spam folder?
2. Open its headers there ("show original") and find Authentication-Results. It should say
     spf=pass   for the domain of {envelope}
     dkim=pass  for {domain}
     dmarc=pass for {domain}
   docs/sending.md says which DNS records these stand on.
Message-ID: {message_id}"""


class Command(BaseCommand):
    help = "Sends one mail now, with the headers of a real one, and says what became of it. It is not in the outbox."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        try:
            validate_email(address)
        except ValidationError:
            raise CommandError(f"{address} is not an e-mail address.") from None
        domain = settings.FROM_EMAIL.rpartition("@")[2]
        name = uuid.uuid4()
        outgoing = OutgoingEmail(uuid=name, kind="test_mail", email=address, message_id=f"<{name.hex}@{domain}>")
        message = compose(outgoing, "test_mail", {}, clinic=known_clinic(domain))
        envelope = "your provider" if settings.EMAIL_PROVIDER else message.from_email
        self.send(message)
        self.stdout.write(
            TAKEN.format(address=address, envelope=envelope, domain=domain, message_id=outgoing.message_id)
        )
        if not settings.EMAIL_URL:
            self.stdout.write(f"There is no EMAIL_URL, so it is a file in {settings.EMAIL_FILE_PATH}.")

    def send(self, message: Any) -> None:
        connection = get_connection()
        trouble = transport.open_connection(connection)
        if trouble:
            raise CommandError(said(trouble, "The mail server cannot be reached. Check host and port in EMAIL_URL."))
        try:
            result = transport.send(connection, message)
        finally:
            connection.close()
        if result.outcome != Outcome.ACCEPTED:
            raise CommandError(said(result, WHAT_TO_DO[result.outcome]))


def known_clinic(domain: str) -> ClinicProfile:
    """Mail can be tried while the database is away; the clinic then goes by the name of its domain."""
    profile = ClinicProfile.objects.current()
    if profile.pk is None:
        profile.name = domain
    return profile


def said(trouble: Result | Trouble, otherwise: str) -> str:
    """The server's answer, what it means, and what a person can do."""
    answer = in_words(trouble.why, trouble.reply) if isinstance(trouble, Result) else trouble.reply
    if not trouble.reason:
        return f"Not sent. The answer: {answer}\n{otherwise}"
    reason = Channel.Reason(trouble.reason)
    what_to_do = str(Channel.WHAT_TO_DO[reason]).replace(", then resume", "").replace(" before you resume", "")
    return f"Not sent. The answer: {answer}\n{reason.label} {what_to_do}"

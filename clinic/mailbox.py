"""The mail folder of a run without a mail server: one .eml file a message."""

import email
import time
import uuid
from email.message import EmailMessage as ParsedMessage
from email.policy import default
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class FolderBackend(BaseEmailBackend):
    def send_messages(self, email_messages: list[EmailMessage]) -> int:  # type: ignore[override]
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            self._write(folder, message)
        return len(email_messages)

    def _write(self, folder: Path, message: EmailMessage) -> None:
        name = f"{time.time_ns()}-{uuid.uuid4().hex[:8]}"
        part = folder / f"{name}.part"
        part.write_bytes(message.message().as_bytes())
        # Whoever watches the folder never sees half a mail.
        part.rename(folder / f"{name}.eml")


def mail_folder() -> Path:
    return Path(settings.EMAIL_FILE_PATH or settings.DATA_DIR / "mail")


def names() -> list[str]:
    """The mails in the folder, newest first; none while a mail server is set."""
    return sorted((path.stem for path in mail_folder().glob("*.eml")), reverse=True)


def read(name: str) -> ParsedMessage:
    """One mail of the folder; raises FileNotFoundError. The caller keeps slashes out of the name."""
    return parse((mail_folder() / f"{name}.eml").read_bytes())


def parse(content: bytes) -> ParsedMessage:
    return email.message_from_bytes(content, policy=default)

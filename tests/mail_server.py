"""A real SMTP server on loopback that keeps what it accepts."""

import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.controller import Controller

from tests.embedded.site import free_port


class MailServer:
    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"smtp://127.0.0.1:{self.port}"
        self.accepted: list[tuple[list[str], bytes]] = []
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        self.accepted.append((envelope.rcpt_tos, envelope.content))
        return "250 accepted"

    def to(self, address: str) -> list[EmailMessage]:
        return [
            message_from_bytes(content, policy=policy.default)  # type: ignore[misc]
            for recipients, content in list(self.accepted)
            if address in recipients
        ]

    def wait_for(self, address: str, count: int = 1, seconds: float = 60) -> list[EmailMessage]:
        """The mails to an address, once there are so many."""
        deadline = time.monotonic() + seconds
        while len(self.to(address)) < count:
            assert time.monotonic() < deadline, f"{len(self.to(address))} of {count} mails to {address} in {seconds} s"
            time.sleep(0.1)
        return self.to(address)

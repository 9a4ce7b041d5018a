"""A scripted SMTP server, a process of its own: `python -m tests.faults.smtp_server --port N --log FILE ...`.

FILE gets one line for each mail that was taken: Message-ID, recipient, unix time. FILE.tries gets one for each RCPT:
recipient, behaviour, unix time. Both are read again at the next start, so a restart forgets no try.
"""

import argparse
import asyncio
import json
import os
import re
import socket
import struct
import time
from collections import Counter
from pathlib import Path

from tests.faults.script import Script, behaviour

END_OF_MAIL = b"\r\n.\r\n"
MESSAGE_ID = re.compile(rb"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
# Closing with this sends RST instead of FIN.
LINGER_NOT = struct.pack("ii", 1, 0)


class Log:
    """Lines that a killed process leaves behind whole: each is one write to the kernel."""

    def __init__(self, path: Path) -> None:
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def add(self, *words: str) -> None:
        os.write(self.file, f"{' '.join(words)} {time.time():.6f}\n".encode())


class Server:
    def __init__(self, log: Path, script: Script, seed: int) -> None:
        self.script, self.seed = script, seed
        tries = log.with_name(f"{log.name}.tries")
        self.accepted, self.tries = Log(log), Log(tries)
        self.counts = Counter(line.split()[0] for line in tries.read_text().splitlines())

    def next_behaviour(self, recipient: str) -> str:
        self.counts[recipient] += 1
        chosen = behaviour(self.seed, self.script, recipient, self.counts[recipient])
        self.tries.add(recipient, chosen)
        return chosen


class Conversation(asyncio.Protocol):
    def __init__(self, server: Server) -> None:
        self.server = server
        self.received = bytearray()
        self.searched = 0
        self.in_mail = False
        self.recipient = self.behaviour = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.say("220 scripted")

    def data_received(self, data: bytes) -> None:
        self.received += data
        while (end := self.find_end()) >= 0:
            # Copied out and cut off first: what answers may close the connection.
            part = bytes(self.received[:end])
            del self.received[: end + len(END_OF_MAIL if self.in_mail else b"\r\n")]
            self.searched = 0
            self.take_mail(part) if self.in_mail else self.take_command(part)

    def find_end(self) -> int:
        mark = END_OF_MAIL if self.in_mail else b"\r\n"
        end = self.received.find(mark, self.searched)
        # A packet of 100 KB comes in pieces; each byte is looked at once.
        self.searched = max(0, len(self.received) - len(mark))
        return end

    def take_command(self, line: bytes) -> None:
        if self.behaviour == "stall-at-rcpt":
            return
        verb = line[:4].upper()
        answer = {
            b"EHLO": "250-scripted\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-PIPELINING\r\n250 SIZE 50000000",
            b"DATA": "554 5.5.1 to nobody" if self.is_refused else "354 go on",
            b"QUIT": "221 bye",
        }
        self.in_mail = verb == b"DATA" and not self.is_refused
        if verb == b"RCPT":
            self.take_recipient(line)
        else:
            self.say(answer.get(verb, "250 ok"))
        if verb == b"QUIT":
            self.transport.close()

    @property
    def is_refused(self) -> bool:
        return self.behaviour in ("450", "550")

    def take_recipient(self, line: bytes) -> None:
        self.recipient = line[line.index(b"<") + 1 : line.rindex(b">")].decode().lower()
        self.behaviour = self.server.next_behaviour(self.recipient)
        if self.behaviour == "cut":
            self.tear_down()
        elif self.behaviour == "421":
            self.say("421 4.3.2 closing, try again later")
            self.transport.close()
        elif self.behaviour != "stall-at-rcpt":
            refusals = {"450": "450 4.2.0 greylisted, try again later", "550": "550 5.1.1 no such user here"}
            self.say(refusals.get(self.behaviour, "250 ok"))

    def take_mail(self, mail: bytes) -> None:
        self.in_mail = False
        if self.behaviour != "stall":
            delay = self.server.script.get("delay", 0)
            asyncio.get_running_loop().call_later(delay, self.keep, mail) if delay else self.keep(mail)

    def keep(self, mail: bytes) -> None:
        """Also when the client is gone by now: a real server does not know either."""
        found = MESSAGE_ID.search(mail[:20_000])
        self.server.accepted.add(found[1].decode() if found else "none", self.recipient)
        if self.behaviour == "reset":
            self.tear_down()
        else:
            self.say("250 kept")

    def say(self, line: str) -> None:
        if not self.transport.is_closing():
            self.transport.write(f"{line}\r\n".encode())

    def tear_down(self) -> None:
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
        self.transport.abort()


async def serve(port: int, server: Server) -> None:
    listening = await asyncio.get_running_loop().create_server(
        lambda: Conversation(server), "127.0.0.1", port, backlog=1000, reuse_address=True
    )
    await listening.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--script", type=json.loads)
    parser.add_argument("--seed", type=int)
    given = parser.parse_args()
    asyncio.run(serve(given.port, Server(given.log, given.script, given.seed)))

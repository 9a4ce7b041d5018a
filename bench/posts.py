"""Eight visitors who post the packet form, each anew when the answer is there; they cost little themselves."""

import itertools
import selectors
import socket
import time
from urllib.parse import urlencode

VISITORS = 8
FIELDS = {
    "name": "Zoë O'Brien & Sons",
    "phone": "+1 212 555 0100",
    "country": "US",
    "for_whom": "myself",
    "message": "Is this for my mother, too?",
    "consent_packet": "on",
    "consent_contact": "on",
    "source_path": "/research/?utm_source=bench",
    "wording": "packet-1 contact-1 answer-1 newsletter-1",
    "language": "en",
}
_number = itertools.count()


def posts_per_second(port: int, seconds: float, visitors: int = VISITORS) -> float:
    """Each answer is a 303, or this raises."""
    selector = selectors.DefaultSelector()
    for _ in range(visitors):
        sock = socket.create_connection(("127.0.0.1", port), timeout=30)
        selector.register(sock, selectors.EVENT_READ)
        sock.sendall(a_post())
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        for key, _events in selector.select(1):
            check(key.fileobj.recv(65_536))  # type: ignore[union-attr]
            done += 1
            key.fileobj.sendall(a_post())  # type: ignore[union-attr]
    took = time.perf_counter() - began
    for key in list(selector.get_map().values()):
        key.fileobj.recv(65_536)  # type: ignore[union-attr]
        key.fileobj.close()  # type: ignore[union-attr]
    return done / took


def check(answer: bytes) -> None:
    if not (answer.startswith(b"HTTP/1.1 303") and answer.endswith(b"\r\n\r\n")):
        raise RuntimeError(f"not taken: {answer[:300]!r}")


def a_post(address: str = "") -> bytes:
    # As a browser of up to 0.4 posts it, and one of today: each build takes what it knows.
    body = urlencode({**FIELDS, "email": address or f"visitor{next(_number)}-{time.time_ns()}@example.org"})
    head = f"POST /information-packet/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}".encode()

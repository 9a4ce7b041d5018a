"""One visitor's form over a real connection."""

import http.client
import math
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

FIELDS = {"name": "Zoë O'Brien & Sons", "topic": "", "country": "FR", "consent_packet": "on", "consent_contact": "on"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Post:
    """What came back, and after how many seconds."""

    def __init__(self, port: int, address: str) -> None:
        self.address = address
        began = time.monotonic()
        self.status = post_form(port, address)
        self.seconds = time.monotonic() - began


def post_form(port: int, address: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/information-packet/", urllib.parse.urlencode({**FIELDS, "email": address}), FORM)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


def post_many(port: int, addresses: list[str], together: int = 4) -> list[Post]:
    with ThreadPoolExecutor(together) as pool:
        return list(pool.map(lambda address: Post(port, address), addresses))


def p99(posts: list[Post]) -> float:
    """In seconds; of fewer than a hundred posts, the slowest."""
    seconds = sorted(post.seconds for post in posts)
    return seconds[math.ceil(0.99 * len(seconds)) - 1]

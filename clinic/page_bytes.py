"""A page as a client asked for it: compressed, or not, or not at all where the client has it already."""

import gzip
import hashlib
import time
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any, NamedTuple

import brotli
from django.utils.http import http_date, parse_http_date_safe

# A publish must be there when the next one asks; a proxy of ours asks once a second and may bridge a minute of ours.
CACHING = "max-age=0, s-maxage=1, stale-if-error=60"
# In the order in which we like them. The highest levels take a hundred times as long and save a twentieth.
ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": partial(brotli.compress, quality=5),
    "gzip": partial(gzip.compress, compresslevel=6, mtime=0),
}
IDENTITY = "identity"
# Below, headers are most of it.
WORTH_COMPRESSING = 500
# Made anew for each answer.
OWN_HEADERS = {"content-length", "content-encoding", "etag", "last-modified", "vary"}
# What an answer without a body does not say.
ABOUT_THE_BODY = {"content-type", "content-length", "content-encoding"}


class Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Page:
    """What was rendered once, with the headers it had then. changed_at: in seconds since 1970; nothing is said of it
    until then, for several changes of one second count as one each.
    """

    def __init__(self, body: bytes, headers: Mapping[str, str], route: str, changed_at: float) -> None:
        self.route = route
        self.bodies = {IDENTITY: body}
        self.wholes: dict[str, Answer] = {}
        self.digest = hashlib.sha256(body).hexdigest()[:32]
        self.changed_at = changed_at
        self.content_type = headers.get("Content-Type", "")
        self.headers = [(name, value) for name, value in headers.items() if name.lower() not in OWN_HEADERS]
        self.headers.append(("Vary", ", ".join(filter(None, [headers.get("Vary"), "Accept-Encoding"]))))
        if "Cache-Control" not in headers:
            self.headers.append(("Cache-Control", CACHING))

    @property
    def size(self) -> int:
        """Headers and Python's own share are some 3 KB."""
        return 3000 + sum(map(len, self.bodies.values()))

    def answer(self, environ: Mapping[str, Any]) -> Answer:
        encoding = self.encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        whole = self.wholes.get(encoding) or self.whole(encoding)
        if self.is_known(environ, self.etag(encoding)):
            return Answer(304, [header for header in whole.headers if header[0].lower() not in ABOUT_THE_BODY], b"")
        return whole if environ["REQUEST_METHOD"] != "HEAD" else Answer(200, whole.headers, b"")

    def whole(self, encoding: str) -> Answer:
        """Kept as soon as it may say when the page changed."""
        body = self.body(encoding)
        headers = [*self.headers, ("ETag", self.etag(encoding)), ("Content-Length", str(len(body)))]
        if encoding != IDENTITY:
            headers.append(("Content-Encoding", encoding))
        if self.changed_at > time.time():
            return Answer(200, headers, body)
        headers.append(("Last-Modified", http_date(self.changed_at)))
        self.wholes[encoding] = Answer(200, headers, body)
        return self.wholes[encoding]

    def etag(self, encoding: str) -> str:
        return f'"{self.digest}"' if encoding == IDENTITY else f'"{self.digest}-{encoding}"'

    def encoding(self, accepted: str) -> str:
        return best_encoding(accepted) if len(self.bodies[IDENTITY]) >= WORTH_COMPRESSING else IDENTITY

    def body(self, encoding: str) -> bytes:
        """Compressed when somebody first asks for it so: few ask for more than one kind."""
        if encoding not in self.bodies:
            self.bodies[encoding] = ENCODERS[encoding](self.bodies[IDENTITY])
        return self.bodies[encoding]

    def is_known(self, environ: Mapping[str, Any], etag: str) -> bool:
        if tags := environ.get("HTTP_IF_NONE_MATCH"):
            return any(tag.strip().removeprefix("W/") in (etag, "*") for tag in tags.split(","))
        if not (asked := environ.get("HTTP_IF_MODIFIED_SINCE")):
            return False
        since = parse_http_date_safe(asked)
        return since is not None and self.changed_at <= time.time() and int(self.changed_at) <= since


# Browsers write this header in a dozen ways.
@lru_cache(maxsize=200)
def best_encoding(accepted: str) -> str:
    qualities = dict(map(with_quality, accepted.lower().split(",")))
    liked = {name: qualities.get(name, qualities.get("*", 0.0)) for name in ENCODERS}
    best = max(liked, key=lambda name: liked[name])
    return best if liked[best] > 0 and liked[best] >= qualities.get(IDENTITY, 0) else IDENTITY


def with_quality(part: str) -> tuple[str, float]:
    name, _, parameter = part.partition(";")
    try:
        return name.strip(), float(parameter.strip().removeprefix("q=") or 1)
    except ValueError:
        return name.strip(), 0.0

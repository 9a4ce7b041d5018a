"""What may stand in a log: what went wrong and where, never what a visitor typed or a link that acts for a reader."""

import json
import logging
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from celery import current_task
from pythonjsonlogger.json import JsonFormatter

from clinic.request_names import request_id

# Longer than the 64 bytes that Postgres quotes of a column, so that no row can pretend to be one.
NEXT_ERROR = (
    r"\n\n(?:The above exception was the direct cause of the following exception"
    r"|During handling of the above exception, another exception occurred):\n\nTraceback"
)
BEFORE_TOKENS = [
    "packet",
    "preview",
    "not-me",
    "newsletter/(?:confirm|unsubscribe|preferences)",
    "accounts/(?:invited|password/reset/key)",
]
CUTS = [
    # Postgres quotes rows, keys and statements in these; in a repr() a backslash and an n stand before them.
    (rf"(?:\b|(?<=\\n))(DETAIL|HINT|CONTEXT|QUERY|STATEMENT|LINE \d+):.*?(?={NEXT_ERROR}|\Z)", r"\1: <cut>"),
    # 'invalid input syntax for type integer: "..."'
    (rf"((?:psycopg|django\.db|invalid input|malformed|out of range)[^\n]*?: )\".*?(?={NEXT_ERROR}|\Z)", r"\1<cut>"),
    # What Python and Django say of a value that they could not read.
    (
        rf"((?:(?:invalid literal for|could not convert|isoformat string)[^\n]*?|ValidationError): ?)[\[{{'\"].*?"
        rf"(?={NEXT_ERROR}|\Z)",
        r"\1<cut>",
    ),
    (r"\b((?:kw)?args|param(?:eter)?s)(=|: ?)[\[({][^\n]*", r"\1\2<cut>"),
    (rf"(/(?:{'|'.join(BEFORE_TOKENS)})/)[^/\s\"']+", r"\1<token>"),
    (r"\b[0-9a-f]{32}-[\w-]{20,}", "<token>"),
    # It begins where a word begins: tried from each letter of a long path, it would take seconds.
    (r"(?<![\w.+%'-])[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+", "<address>"),
]
PATTERNS = [(re.compile(pattern, re.DOTALL), instead) for pattern, instead in CUTS]


# No line of ours is longer; what a stranger puts into an address may be.
LONGEST = 20_000


def discreet(text: str) -> str:
    if len(text) > LONGEST:
        text = text[:LONGEST] + " <cut>"
    for pattern, instead in PATTERNS:
        text = pattern.sub(instead, text)
    return text


class DiscreetFormatter(logging.Formatter):
    """A line for a person. A filter would see the message and its arguments, but not the text of an exception."""

    def format(self, record: logging.LogRecord) -> str:
        # The formatter of another handler may have left the whole text there.
        record.exc_text = None
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        return discreet(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802
        return discreet(super().formatException(ei))


# What a record carries beside its message; anything else, such as Django's request, stays out.
KNOWN = {"at", "level", "logger", "message", "exception", "request", "task", "method", "route", "status", "ms"}
# The others are our own words and numbers.
MAY_QUOTE = {"message", "exception"}


class DiscreetJson(JsonFormatter):
    """An object a line, for machines; with the number of the request or task at work."""

    def __init__(self) -> None:
        names = {"levelname": "level", "name": "logger", "exc_info": "exception"}
        super().__init__(
            "%(levelname)s %(name)s %(message)s", rename_fields=names, timestamp="at", json_ensure_ascii=False
        )

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None
        is_quick = record.name == REQUESTS and hasattr(record, "route") and not record.exc_info
        return of_a_request(record) if is_quick else super().format(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802
        return discreet(str(super().formatException(ei)))

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        at_work = {"request": request_id.get(), "task": current_task.request.id if current_task else None}
        known = {name: value for name, value in log_data.items() if name in KNOWN and name not in at_work}
        found = {**known, **{name: value for name, value in at_work.items() if value}}
        may_quote = {name for name in MAY_QUOTE if isinstance(found.get(name), str)}
        return {name: discreet(value) if name in may_quote else value for name, value in found.items()}


REQUESTS = "clinic.requests"
encode = json.JSONEncoder(ensure_ascii=False).encode


def of_a_request(record: Any) -> str:
    """As the formatter would write it. Most lines are such, nothing in them is anybody's words but ours, and to make
    and look through them like the others takes as long as all else that a page from memory needs.
    """
    begins = beginning(record.levelname, record.name, record.getMessage(), record.method, record.route, record.status)
    at = datetime.fromtimestamp(record.created, UTC).isoformat()
    number = request_id.get()
    by = f', "request": "{number}"' if number else ""
    return f'{begins}, "ms": {record.ms:d}, "at": "{at}"{by}}}'


# There are as many as routes and what they answer.
@lru_cache(maxsize=2000)
def beginning(level: str, name: str, message: str, method: str, route: str, status: int) -> str:
    """Without the bracket behind it. What follows are numbers and letters, which need no quoting."""
    facts = {"level": level, "logger": name, "message": message, "method": method, "route": route, "status": status}
    return encode(facts).removesuffix("}")

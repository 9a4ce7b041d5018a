from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Queue:
    """What waits for somebody, as Today shows it: a count, and the list that holds just these rows."""

    title: Any
    count: int
    url: str
    # Said when nothing waits; empty for one that is there only while something does.
    empty: Any
    # For a count that stops somewhere: "more than a thousand".
    words: str = ""
    detail: str = ""
    # The first few of it, each with name, url and why, and perhaps a release_url.
    first: list[Any] = field(default_factory=list)
    # It shrinks without staff, so it is no work that waits.
    by_itself: bool = False
    # One more list, and what its link says.
    more_url: str = ""
    more: str = ""
    # The key that opens it; the staff site gives them out to those that name none and are always there.
    key: str = ""

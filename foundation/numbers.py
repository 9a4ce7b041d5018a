"""Whole numbers, and keys of pages, as a browser sends them, or whoever wrote the request by hand."""

from uuid import UUID

# A bigint holds all of these; of thousands of digits Python itself makes no number.
MOST_DIGITS = 18


def is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS


def number(text: str) -> int:
    """0 for what is none, as no row has it."""
    return int(text) if is_number(text) else 0


def page_key(text: str) -> UUID | None:
    """By which a page says that what it posts is the same wish a second time; None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None

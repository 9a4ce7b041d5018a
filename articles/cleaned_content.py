"""What the fields of the editor hold, as the parts of a snapshot."""

from typing import Any


def part(old: dict[str, Any], prefix: str, names: tuple[str, ...], cleaned: dict[str, Any]) -> dict[str, Any]:
    """Absent, not empty, where nothing was filled in: so the schema has it."""
    unknown = {name: value for name, value in old.items() if name not in names}
    given = {name: cleaned[f"{prefix}_{name}"] for name in names}
    return {**unknown, **{name: value for name, value in given.items() if value not in ("", None, [])}}


def filled(**parts: Any) -> dict[str, Any]:
    return {name: value for name, value in parts.items() if value}


def source(citation: dict[str, Any]) -> dict[str, Any]:
    """An unticked box alone is no citation."""
    return citation if any(citation.values()) else {}


def in_old_order(topics: list[str], old: list[str]) -> list[str]:
    """The first topic is the one that the page names, and boxes have no order of their own."""
    return sorted(topics, key=lambda topic: old.index(topic) if topic in old else len(old))


def rows(formset: Any) -> list[dict[str, Any]]:
    """In the order that the editor numbered them."""
    return [written(form.cleaned_data) for form in formset.ordered_forms]


def written(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value and name not in ("ORDER", "DELETE")}

"""The one table of what an article says of its study at a glance: form, gate, page and lists go by it."""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


class Row(NamedTuple):
    name: str
    label: Any
    # Without it nothing is published; "none, because …" is an answer.
    required: bool = True
    # Shown in lists, too: of a long answer what stands before its colon.
    badge: bool = False


EVIDENCE = [
    Row("design", _("Kind of study"), badge=True),
    Row("participants", _("Who took part"), badge=True),
    Row("control", _("Compared with"), badge=True),
    Row("blinding", _("Blinding"), badge=True),
    Row("follow_up", _("Followed for"), badge=True),
    Row("main_result", _("Main result")),
    Row("uncertainty", _("How sure that is")),
    Row("harms", _("Harms")),
    Row("limits", _("Limits")),
    Row("funding", _("Who paid for it")),
    Row("cell_source", _("Where the cells came from"), required=False),
    Row("route", _("How they were given"), required=False),
]
BADGES = [row for row in EVIDENCE if row.badge]
NEEDED = tuple(row.name for row in EVIDENCE if row.required)


def answers(study: dict[str, Any], rows: list[Row] = EVIDENCE) -> list[tuple[Any, str]]:
    """Label and answer of each row that has one, in the order of the table."""
    return [(row.label, study[row.name]) for row in rows if study.get(row.name)]


def badges(study: dict[str, Any]) -> list[tuple[Any, str]]:
    return [(label, answer.split(":")[0]) for label, answer in answers(study, BADGES)]


def lacking(study: dict[str, Any] | None) -> list[str]:
    """Names of what is not answered yet."""
    return [name for name in NEEDED if not (study or {}).get(name)]

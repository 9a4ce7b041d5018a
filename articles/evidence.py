"""The one table of what an article says of its study at a glance: form, gate, page and lists go by it."""

from typing import Any, NamedTuple

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _


class Row(NamedTuple):
    name: str
    label: Any
    # What a good answer looks like, for who writes it.
    help: Any
    # Without it nothing is published; "none, because …" is an answer.
    required: bool = True
    # Shown in lists, too: of a long answer what stands before its colon.
    badge: bool = False


EVIDENCE = [
    Row("design", _("Kind of study"), _("Kind and control, such as: Randomized trial, double-blind."), badge=True),
    Row(
        "participants",
        _("Who took part"),
        _("How many people, and with what, such as: 219 people with cirrhosis."),
        badge=True,
    ),
    Row(
        "control", _("Compared with"), _("What the others got and how many they were, or: None, because …"), badge=True
    ),
    Row("blinding", _("Blinding"), _("Who did not know who got what, or: None: everyone knew."), badge=True),
    Row(
        "follow_up", _("Followed for"), _("The longest time after the treatment, such as: Up to 75 months."), badge=True
    ),
    Row(
        "main_result",
        _("Main result"),
        _("What was measured first and what came out, with the numbers of both groups."),
    ),
    Row("uncertainty", _("How sure that is"), _("The range or p value in words, or what makes the result unsure.")),
    Row("harms", _("Harms"), _("What went wrong, in how many people; “none reported” needs the number and the time.")),
    Row("limits", _("Limits"), _("What the study cannot show, the most serious first.")),
    Row("funding", _("Who paid for it"), _("Who paid, as the paper says it, or: Not reported in the abstract.")),
    Row(
        "cell_source",
        _("Where the cells came from"),
        _("From what and from whom, such as: Donated umbilical cord."),
        required=False,
    ),
    Row(
        "route",
        _("How they were given"),
        _("By which way, in plain words, such as: Intravenous (into a vein)."),
        required=False,
    ),
]
# A number, asked for and shown beside who took part.
NUMBER_OF_PEOPLE = _("Number of people")
BADGES = [row for row in EVIDENCE if row.badge]
NEEDED = tuple(row.name for row in EVIDENCE if row.required)


def answers(study: dict[str, Any]) -> list[tuple[Any, str]]:
    """Label and answer of each row that has one, in the order of the table."""
    return [pair for row in EVIDENCE for pair in (*answer(study, row), *number_of_people(study, row))]


def answer(study: dict[str, Any], row: Row) -> list[tuple[Any, str]]:
    return [(row.label, study[row.name])] if study.get(row.name) else []


def number_of_people(study: dict[str, Any], row: Row) -> list[tuple[Any, str]]:
    """Beside who they were."""
    count = study.get("participants_count") if row.name == "participants" else None
    return [(NUMBER_OF_PEOPLE, number_format(count, force_grouping=True))] if count else []


def badges(study: dict[str, Any]) -> list[tuple[Any, str]]:
    # With its space: the colon of "randomized 1:1" is none.
    return [(label, said.split(": ")[0]) for row in BADGES for label, said in answer(study, row)]


def lacking(study: dict[str, Any] | None) -> list[str]:
    """Names of what is not answered yet."""
    return [name for name in NEEDED if not (study or {}).get(name)]

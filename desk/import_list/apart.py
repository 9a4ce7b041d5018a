"""Reading a list in a process of its own: a file of a few kilobytes can keep a reader busy for hours."""

import json
import os
import sys
from typing import Any

import django
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from desk.import_list.reading import OF_LEADS, WORKBOOK, Most, Table, read
from foundation.apart import TookTooMuch, answer_of, limit_this_process

# A CSV of 15 MB and 50,000 subscribers takes a third of the time. A workbook of as many takes nearly all of it with six
# columns, and with twelve too much of both: its reader is told to save it as CSV.
MOST_CPU_SECONDS = 10
MOST_MEMORY = 256 * 1024 * 1024
# Of the clock: the machine may be busy with something else.
MOST_SECONDS = 30
# Shorter texts take less time than a process takes to begin.
SHORT_TEXT = 256 * 1024
READER = ["-m", "desk.import_list.apart"]


def read_list(data: bytes, sheet: str = "", most: Most = OF_LEADS) -> Table:
    """As read(), and raises ValidationError too for what takes too long or too much memory."""
    if len(data) < SHORT_TEXT and not data.startswith(WORKBOOK):
        return read(data, most=most)
    answer = answer_of_child(data, sheet, most)
    if "refused" in answer:
        raise ValidationError(answer["refused"])
    return Table(**answer["table"])


def answer_of_child(data: bytes, sheet: str, most: Most) -> dict[str, Any]:
    told = [get_language() or settings.LANGUAGE_CODE, sheet, *map(str, most)]
    try:
        found: dict[str, Any] = answer_of([*READER, *told], data, seconds=MOST_SECONDS)
    except TookTooMuch as error:
        raise ValidationError(f"{TOO_MUCH} {helps(data, most)}") from error
    return found


TOO_MUCH = gettext_lazy("This list takes too long to read, or too much memory.")


def helps(data: bytes, most: Most) -> str:
    if data.startswith(WORKBOOK):
        return _("Save it as CSV, which may have %(megabytes)d MB and %(rows)s rows, and bring that.") % most.told
    return _("Leave out the columns that are not needed, or split it and bring the parts one after the other.")


def main(language: str, sheet: str, *most: str) -> None:
    limit_this_process(cpu_seconds=MOST_CPU_SECONDS, memory=MOST_MEMORY)
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    settings.configure(LANGUAGE_CODE=language, LOCALE_PATHS=[os.path.join(root, "locale")])
    django.setup(set_prefix=False)
    try:
        answer: dict[str, Any] = {"table": read(sys.stdin.buffer.read(), sheet, Most(*map(int, most)))._asdict()}
    except ValidationError as error:
        answer = {"refused": error.messages}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])

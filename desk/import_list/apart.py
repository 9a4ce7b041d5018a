"""Reading a list in a process of its own: a file of a few kilobytes can keep a reader busy for hours."""

import json
import os
import resource
import subprocess
import sys
from typing import Any

import django
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from desk.import_list.reading import WORKBOOK, Table, read

# The largest real list, of 5 MB and 5,000 rows, takes two seconds, and less than half of the memory.
MOST_CPU_SECONDS = 10
MOST_MEMORY = 256 * 1024 * 1024
# Of the clock: the machine may be busy with something else.
MOST_SECONDS = 30
# Shorter texts take less time than a process takes to begin.
SHORT_TEXT = 256 * 1024
READER = ["-m", "desk.import_list.apart"]


def read_list(data: bytes) -> Table:
    """As read(), and raises ValidationError too for what takes too long or too much memory."""
    if len(data) < SHORT_TEXT and not data.startswith(WORKBOOK):
        return read(data)
    answer = answer_of_child(data)
    if "refused" in answer:
        raise ValidationError(answer["refused"])
    return Table(**answer["table"])


def answer_of_child(data: bytes) -> dict[str, Any]:
    """It knows no setting and no secret of ours, and ends by its own limits when nobody waits for it any more."""
    command = [sys.executable, *READER, get_language() or settings.LANGUAGE_CODE]
    try:
        ran = subprocess.run(
            command,
            input=data,
            stdout=subprocess.PIPE,
            # A traceback would quote what stands in the list.
            stderr=subprocess.DEVNULL,
            cwd=settings.BASE_DIR,
            env={},
            timeout=MOST_SECONDS,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise ValidationError(too_much()) from error
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def too_much() -> str:
    return _("This list takes too long to read, or too much memory. Copy its rows into a new one, or save it as CSV.")


def main(language: str) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    settings.configure(LANGUAGE_CODE=language, LOCALE_PATHS=[os.path.join(root, "locale")])
    django.setup(set_prefix=False)
    try:
        answer: dict[str, Any] = {"table": read(sys.stdin.buffer.read())._asdict()}
    except ValidationError as error:
        answer = {"refused": error.messages}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])

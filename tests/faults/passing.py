"""Settings of the workers that a test changes for a while: a worker that starts anew for them takes two seconds."""

import json
from pathlib import Path
from typing import Any


def write(folder: Path, settings: dict[str, int]) -> None:
    """By a second name first: whoever reads meanwhile finds the old ones or the new ones."""
    unfinished = folder / "passing.json.new"
    unfinished.write_text(json.dumps(settings))
    unfinished.rename(folder / "passing.json")


def read(folder: Path) -> dict[str, int]:
    file = folder / "passing.json"
    return json.loads(file.read_text()) if file.exists() else {}


class Passing:
    """Sets them at the begin of each task, and again what usually holds once a test is over."""

    def __init__(self, folder: Path, **usual: int) -> None:
        self.folder, self.usual = folder, usual

    def set(self, **_signal: Any) -> None:
        from django.conf import settings

        for name, value in {**self.usual, **read(self.folder)}.items():
            setattr(settings, name, value)

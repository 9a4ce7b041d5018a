"""What else names the rooms: settings, types, the image and the look at migrations."""

import re
import tomllib

import pytest

from tests.test_architecture import MAY_IMPORT, ROOT

pytestmark = pytest.mark.pure


def test_whatever_lists_the_rooms_lists_all_of_them() -> None:
    settings = (ROOT / "clinic/settings.py").read_text(encoding="utf-8")
    installed = set(re.findall(r'"(\w+)\.apps\.\w+Config",', settings))
    typed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]["files"]
    in_image = set((ROOT / ".dockerignore").read_text(encoding="utf-8").replace("!", "").split())
    compiled = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    linted = re.findall(r'"(\w+)"', (ROOT / "clinic/embedded/migration_lint.py").read_text().split("ROOMS = ")[1])
    rooms = set(MAY_IMPORT)
    assert installed == rooms
    assert set(typed) == rooms
    assert rooms <= in_image
    assert rooms <= set(re.search(r"compileall -q (.*?) \\", compiled).group(1).split())  # type: ignore[union-attr]
    assert rooms <= set(linted)

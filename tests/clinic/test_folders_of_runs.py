import os
import tempfile
import time
from pathlib import Path

import pytest

from clinic.embedded.servers import THROW_AWAY, sweep

pytestmark = pytest.mark.pure


def folder(parent: Path, name: str, seconds_old: float) -> Path:
    lock = parent / f"{THROW_AWAY}{name}" / "lock"
    lock.parent.mkdir()
    lock.touch()
    os.utime(lock, times=(time.time() - seconds_old,) * 2)
    return lock.parent


def test_what_a_killed_run_left_is_removed_and_not_what_another_has_just_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left, just_made = folder(tmp_path, "left", 300), folder(tmp_path, "made", 0)
    sweep()
    assert (left.exists(), just_made.exists()) == (False, True)

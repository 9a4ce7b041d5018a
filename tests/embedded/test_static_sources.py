from pathlib import Path

import pytest

from clinic.embedded import static_files
from clinic.embedded.errors import Failed
from clinic.embedded.folder import DataFolder
from tests.embedded import kept_static_files


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("requirements.lock", "clinic/settings.py", "static/site.css"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("as it was")
    monkeypatch.setattr(static_files, "ROOT", tmp_path)
    return tmp_path


def test_what_a_start_has_compressed_is_not_compressed_again_by_the_next(checkout: Path) -> None:
    before = static_files.fingerprint()
    (checkout / ".data" / "static").mkdir(parents=True)
    (checkout / ".data" / "static" / "site.css").write_text("as it was")
    assert static_files.fingerprint() == before


def test_a_changed_file_is_compressed_again(checkout: Path) -> None:
    before = static_files.fingerprint()
    (checkout / "static" / "site.css").write_text("edited")
    assert static_files.fingerprint() != before


def test_what_a_test_run_left_half_compressed_is_not_taken_for_what_stood_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = DataFolder(tmp_path / "static_files")
    (kept.static / "site.css").write_text("of the branch that is here again")
    static_files.note_collected(kept, "that branch")
    monkeypatch.setattr(kept_static_files, "environment", lambda *_: {"DJANGO_SETTINGS_MODULE": "not.there"})
    with pytest.raises(Failed):
        kept_static_files.collect(kept)
    (kept.static / "half.css").write_text("")
    assert not static_files.are_collected(kept, "that branch")

"""Whether the static files are as `collectstatic` left them: compressing them anew takes longer than a whole start."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from clinic.embedded.folder import DataFolder
from clinic.embedded.processes import ROOT


def are_collected(folder: DataFolder, sources: str) -> bool:
    mark = mark_of(folder)
    return mark.exists() and mark.read_text() == sources and any(folder.static.iterdir())


def note_collected(folder: DataFolder, sources: str) -> None:
    mark_of(folder).write_text(sources)


def mark_of(folder: DataFolder) -> Path:
    return folder.path / "static.sha256"


def fingerprint() -> str:
    digest = hashlib.sha256()
    for path in sources():
        digest.update(f"{path.relative_to(ROOT)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def sources() -> Iterator[Path]:
    """Our own files, the lock for those of packages, the settings for what is done with them."""
    yield ROOT / "requirements.lock"
    yield ROOT / "clinic" / "settings.py"
    # Not those of hidden folders: .data/static is what was made of these.
    for folder in sorted([ROOT / "static", *ROOT.glob("[!.]*/static")]):
        yield from sorted(path for path in folder.rglob("*") if path.is_file())

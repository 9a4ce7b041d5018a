"""The secrets of an embedded run: made once, kept in its data folder, never overruling one that was given."""

import json
import os
import secrets

from clinic.embedded.folder import DataFolder, write_private

NAMES = ("SECRET_KEY", "HASH_KEY", "WEBHOOK_SECRET")


def generated_secrets(folder: DataFolder) -> dict[str, str]:
    """Call it with the folder locked: two runs must not each make a HASH_KEY, on which mailed links stand."""
    path = folder.path / "secrets.json"
    kept = json.loads(path.read_text()) if path.exists() else {}
    missing = {name: secrets.token_urlsafe(50) for name in NAMES if name not in kept}
    if missing:
        write_private(path, kept | missing)
    return {name: value for name, value in (kept | missing).items() if not is_given(name)}


def is_given(name: str) -> bool:
    """By the environment, directly or as the path of a docker secret."""
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))

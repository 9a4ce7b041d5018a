"""What a migration needs that moves a model to another room without touching its table."""

from functools import partial
from typing import Any

from django.db.migrations import RunPython


def move_content_types(old: str, new: str, models: list[str]) -> RunPython:
    """Lets the rights to a model, and the history of its rows, follow it. An empty database has neither yet."""
    return RunPython(partial(_rename, old, new, models), partial(_rename, new, old, models))


def _rename(old: str, new: str, models: list[str], apps: Any, schema_editor: Any) -> None:
    content_types = apps.get_model("contenttypes", "ContentType").objects
    content_types.filter(app_label=old, model__in=models).update(app_label=new)

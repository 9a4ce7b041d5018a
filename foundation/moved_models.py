"""What a migration needs that moves a model to another room without touching its table."""

from functools import partial
from typing import Any

from django.conf import settings
from django.db.migrations import RunPython


def move_content_types(old: str, new: str, models: list[str]) -> RunPython:
    """Lets the rights to a model, and the history of its rows, follow it. An empty database has neither yet.

    Beside it stays a row of the old room, with the same rights: the version before asks by that one while both serve.
    """
    return RunPython(partial(_move, old, new, models), partial(_move, new, old, models))


def _move(old: str, new: str, models: list[str], apps: Any, schema_editor: Any) -> None:
    types = apps.get_model("contenttypes", "ContentType").objects
    for here in types.filter(app_label=old, model__in=models):
        # There already when the site goes back, or when a page of the other version has asked for it.
        beside = types.filter(app_label=new, model=here.model).first()
        if beside:
            types.filter(pk=beside.pk).update(app_label="")
        types.filter(pk=here.pk).update(app_label=new)
        if beside:
            types.filter(pk=beside.pk).update(app_label=old)
        _share(here, beside or types.create(app_label=old, model=here.model), apps)


def _share(here: Any, beside: Any, apps: Any) -> None:
    """Whoever has a right to the one has it to the other."""
    groups, accounts = apps.get_model("auth", "Group").objects, apps.get_model(settings.AUTH_USER_MODEL).objects
    rights = apps.get_model("auth", "Permission").objects
    for right in rights.filter(content_type_id=here.pk):
        twin = rights.get_or_create(content_type_id=beside.pk, codename=right.codename, defaults={"name": right.name})[
            0
        ]
        for group in groups.filter(permissions=right.pk):
            group.permissions.add(twin)
        for account in accounts.filter(user_permissions=right.pk):
            account.user_permissions.add(twin)

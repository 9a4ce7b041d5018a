from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from clinic import audit, roles
from clinic.models import AuditEvent


class Command(BaseCommand):
    help = "Gives each role exactly the permissions that clinic/roles.py names. Run it after migrate; may be repeated."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            changes: dict[str, Any] = roles.sync()
        except LookupError as error:
            raise CommandError(str(error)) from error
        if changes:
            audit.note(AuditEvent.Kind.ROLES_SYNCED, **changes)
        for name, change in changes.items():
            self.stdout.write(f"{name}: {len(change['added'])} added, {len(change['removed'])} removed")
        self.stdout.write("Roles are as the table says.")

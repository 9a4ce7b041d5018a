from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models.functions import Now

from clinic import audit
from clinic.backups import BackupFailed, default_file, forget_old, make_backup
from clinic.models import AuditEvent, JobTick


class Command(BaseCommand):
    help = "Writes the whole database into one file and reads it through. docs/deploying.md says how to restore it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, help="the file; a new one in backups/ of DATA_DIR when left out")
        parser.add_argument("--keep-days", type=int, help="afterwards remove older backups from the same folder")

    def handle(self, *args: Any, to: Path | None, keep_days: int | None, **options: Any) -> None:
        file = (to or default_file()).absolute()
        try:
            make_backup(file)
        except BackupFailed as sentence:
            raise CommandError(str(sentence)) from None
        audit.note(AuditEvent.Kind.BACKUP_MADE, about=file.name[:200], bytes=file.stat().st_size)
        # Beside the jobs of beat, where the metrics tell of it: that backups have stopped is otherwise found out when
        # one is needed.
        JobTick.objects.update_or_create(job="backup", defaults={"ticked_at": Now(), "ended_at": Now()})
        self.stdout.write(f"The backup is {file} ({file.stat().st_size / 1e6:.1f} MB).")
        if keep_days:
            self.stdout.write(f"Older than {keep_days} days and removed: {forget_old(file.parent, days=keep_days)}.")

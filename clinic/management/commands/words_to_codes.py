from importlib import import_module
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

# Each does nothing where there is nothing left to do. What is append-only, such as why an enquiry was held, is
# understood when it is read.
MIGRATIONS = (
    "enquiries.migrations.0025_plans_as_codes",
    "enquiries.migrations.0032_reasons_as_codes",
    "mailings.migrations.0012_own_words_as_codes",
)


class Command(BaseCommand):
    help = (
        "Turns into codes the sentences that the version before wrote while it served beside this one. "
        "Run it once that version is gone; may be repeated."
    )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            for name in MIGRATIONS:
                cursor.execute(import_module(name).FORWARD)
        self.stdout.write("Sentences of ours are codes.")

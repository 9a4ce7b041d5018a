from typing import Any

from django.core.management.base import BaseCommand

from mailings import delivery


class Command(BaseCommand):
    help = (
        "After a restore, before workers run: mails that wait in the backup may have gone out since. Takes each for"
        " uncertain, so that none goes a second time by itself and staff decide; so do they of newsletters that were"
        " due. docs/deploying.md says when."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Uncertain from now on, for staff to decide: {delivery.doubt_what_waits()}.")

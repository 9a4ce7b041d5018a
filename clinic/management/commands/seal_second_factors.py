from typing import Any

from django.core.management.base import BaseCommand

from clinic.accounts.factors import seal_all_anew


class Command(BaseCommand):
    help = (
        "Encrypts the secrets of second factors anew after a change of SECRET_KEY; "
        "then the old key can leave SECRET_KEY_FALLBACKS."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Encrypted {seal_all_anew()} anew.")

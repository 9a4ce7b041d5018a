from typing import Any

from django.core.management.base import BaseCommand

import articles.first_content
import enquiries.first_content
import foundation.first_content


class Command(BaseCommand):
    help = "Loads what a new site opens with: profile, articles, consent wordings, the packet. May be repeated."

    def handle(self, *args: Any, **options: Any) -> None:
        for room in (foundation, articles, enquiries):
            room.first_content.load()
        self.stdout.write("First content is there.")

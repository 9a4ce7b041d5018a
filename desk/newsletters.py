"""The issues of the newsletter with their numbers, which are drawn like those of leads."""

from typing import Any

from django.contrib import admin

from desk.numbers import newsletter_pages
from newsletters.admin import NewsletterAdmin as Below
from newsletters.models import Newsletter

admin.site.unregister(Newsletter)


@admin.register(Newsletter)
class NewsletterAdmin(Below):
    def get_urls(self) -> list[Any]:
        return [*newsletter_pages.issue_urls(self), *super().get_urls()]

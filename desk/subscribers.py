"""The list of subscribers with what leaves the house and comes into it, and its numbers.

The room below reads no files of people.
"""

from typing import Any

from django.contrib import admin

from desk import export_subscribers, import_subscribers
from desk.numbers import newsletter_pages
from newsletters.admin import SubscriberAdmin as Below
from newsletters.models import Subscriber

admin.site.unregister(Subscriber)


@admin.register(Subscriber)
class SubscriberAdmin(Below):
    change_list_template = "admin/newsletters/subscriber/change_list.html"

    def get_urls(self) -> list[Any]:
        files = [*export_subscribers.urls(self), *import_subscribers.urls(self)]
        return [*newsletter_pages.subscriber_urls(self), *files, *super().get_urls()]

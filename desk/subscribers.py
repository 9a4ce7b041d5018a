"""The list of subscribers with what leaves the house and comes into it: the room below reads no files of people."""

from typing import Any

from django.contrib import admin

from desk import export_subscribers, import_subscribers
from newsletters.admin import SubscriberAdmin as Below
from newsletters.models import Subscriber

admin.site.unregister(Subscriber)


@admin.register(Subscriber)
class SubscriberAdmin(Below):
    change_list_template = "admin/newsletters/subscriber/change_list.html"

    def get_urls(self) -> list[Any]:
        return [*export_subscribers.urls(self), *import_subscribers.urls(self), *super().get_urls()]

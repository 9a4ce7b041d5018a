"""The archive for feed readers."""

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from articles.feeds import NEWEST, AtomFeed, absolute
from foundation.models import ClinicProfile
from newsletters.archive import entries_of, newest_first
from newsletters.models import Newsletter


class ArchiveFeed(AtomFeed):
    view_name = "newsletters:archive-feed"

    def title(self) -> str:
        return _("Newsletter of %(name)s") % {"name": ClinicProfile.objects.current().name}

    def link(self) -> str:
        return absolute(reverse("newsletters:archive"))

    def items(self) -> Any:
        issues = list(newest_first()[:NEWEST])
        entries = entries_of(issues)
        return [(issue, entries[issue.pk]) for issue in issues]

    def item_title(self, item: Any) -> str:
        return str(item[0].content["subject"])

    def item_description(self, item: Any) -> str:
        issue, entries = item
        return render_to_string("newsletters/_issue_entries.html", {"content": issue.content, "entries": entries})

    def item_link(self, item: Any) -> str:
        return absolute(item[0].get_absolute_url())

    item_guid = item_link

    def item_pubdate(self, item: Any) -> datetime | None:
        issue: Newsletter = item[0]
        return issue.sent_at

    item_updateddate = item_pubdate

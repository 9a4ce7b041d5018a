"""What the site does by itself, and whether it ended well: to be read."""

from typing import Any, NamedTuple

from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clinic import jobs
from clinic.models import JobTick
from foundation.admin.read_only import ReadOnlyAdmin

# The others are in the list.
NAMED = 5
# No turn of it is known here: a cron outside the site runs it.
WORDS = {**jobs.WORDS, "backup": _("makes a backup, when whoever runs the site has it made")}


class Job(NamedTuple):
    does: str
    row: JobTick


class Banner(NamedTuple):
    how_many: int
    first: list[Job]
    template: str = "admin/clinic/_jobs.html"


@admin.register(JobTick)
class JobTickAdmin(ReadOnlyAdmin):
    ordering = ("job",)
    # How it stands comes second: on a telephone no more than two columns are seen at once.
    list_display = ("job", "state", "ended_at", "error", "does", "ticked_at")
    fields = ("job", "does", "ticked_at", "ended_at", "state", "failed_at", "error")
    readonly_fields = ("does", "state")

    @admin.display(description=_("what it does"))
    def does(self, job: JobTick) -> str:
        return does(job)

    @admin.display(description=_("state"))
    def state(self, job: Any) -> Any:
        if job.job not in jobs.WORDS:
            return "–"
        return _("behind") if jobs.is_behind(job, job.now) else _("in time")

    def get_queryset(self, request: HttpRequest) -> QuerySet[JobTick]:
        return super().get_queryset(request).annotate(now=Now())

    def banner(self, request: HttpRequest) -> Banner | None:
        behind = jobs.behind()
        return Banner(len(behind), [Job(does(row), row) for row in behind[:NAMED]]) if behind else None


def does(job: JobTick) -> Any:
    return WORDS.get(job.job, "–")

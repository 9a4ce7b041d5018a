"""The people whom staff follow up."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models
from django.db.models import F, Func, Q
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enquiries.models import call_hours
from enquiries.models.closing import Closed
from enquiries.models.families import MERGED_INTO
from enquiries.models.plans import LeadPlan
from enquiries.models.stages import CLOSED, CLOSED_WITH_REASON, OPEN, SHOWN, LeadStage
from foundation.addresses import AddressField, address_is_lower_case
from foundation.staff import WORKS_HERE


def answer_not_due_yet(now: Any = None) -> Q:
    """Of many leads what answer_promised_for says of one."""
    waits = Q(first_answered_at=None, first_answer_due_at__gt=now or timezone.now())
    return waits & Q(next_action__in=LeadPlan.answers())


class LeadQuerySet(models.QuerySet["Lead"]):
    """today, now: a day and a moment, or Blanks for them."""

    def open(self) -> "LeadQuerySet":
        return self.filter(OPEN)

    def due(self, today: Any) -> "LeadQuerySet":
        return self.open().filter(next_action_on__lte=today)

    def overdue(self, today: Any, now: Any = None) -> "LeadQuerySet":
        """Of a day that is over, or of today and a time that is.

        As all but what is to come today: told the days that are over once more, Postgres expects next to none, and
        sorts all of them instead of reading the first from their index.
        """
        to_come = Q(next_action_at=None) | Q(next_action_at__gte=now or timezone.now())
        return self.due(today).filter(~answer_not_due_yet(now), ~Q(to_come, next_action_on=today))

    def due_today(self, today: Any, now: Any = None) -> "LeadQuerySet":
        """Also whose answer was promised for later than the day on which they wrote: on a weekend nobody is late."""
        promised = answer_not_due_yet(now)
        to_come = Q(next_action_at=None) | Q(next_action_at__gte=now or timezone.now())
        # Of what is due, so that all of it is one piece of an index; told "= today", Postgres expects fewer and sorts.
        return self.due(today).filter(promised | Q(to_come, next_action_on__gte=today))

    def due_within(self, length: timedelta, now: Any = None) -> "LeadQuerySet":
        """From now, of those that have a time of day."""
        now = now or timezone.now()
        return self.open().filter(next_action_at__range=(now, now + length))

    def awaiting_answer(self) -> "LeadQuerySet":
        """Who wrote and heard from no person yet."""
        return self.open().filter(first_answered_at=None, first_answer_due_at__isnull=False)

    def unassigned(self) -> "LeadQuerySet":
        return self.open().filter(owner=None)


@cache
def list_of_leads(_prefix: str) -> str:
    """Its address, asked for once: Today links to dozens of leads, and Django looks through its patterns for each."""
    return reverse("admin:enquiries_lead_changelist")


class Lead(models.Model):
    Stage = LeadStage
    Plan = LeadPlan
    Closed = Closed
    CLOSED = CLOSED
    CLOSED_WITH_REASON = CLOSED_WITH_REASON

    name = models.CharField(_("name"), max_length=200, blank=True)
    email = AddressField(_("e-mail address"), unique=True, null=True, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    stage = models.CharField(_("stage"), max_length=20, choices=Stage, default=Stage.NEW)
    # The code of a Closed, what somebody typed, or the one before the other.
    closed_reason = models.CharField(_("reason for closing"), max_length=300, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("owner"),
        limit_choices_to=WORKS_HERE,
    )
    # As somebody typed it, or the code of a Plan.
    next_action = models.CharField(_("next action"), max_length=200, blank=True)
    next_action_on = models.DateField(_("on"), null=True, blank=True)
    # Only of what has a time of day; a trigger takes it away when the day is another one.
    next_action_at = models.DateTimeField(_("at"), null=True, blank=True, editable=False)
    # By their own clock, as enquiries.models.call_hours reads it.
    call_hours = models.CharField(
        _("prefers to be called"), max_length=call_hours.LONGEST, blank=True, default="", db_default=""
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged"
    )
    # Who was merged into it and whose address mail goes to, since its own does not work. No index: leads stay.
    mailed_as = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="+", db_index=False
    )
    erased_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    # A trigger counts it up with each change of what staff edit, so that a form knows that it grew stale.
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    # The clock of the first answer, for whoever wrote by a form: began, is to end, ended (which a trigger writes).
    asked_at = models.DateTimeField(_("waiting since"), null=True, blank=True, editable=False)
    first_answer_due_at = models.DateTimeField(_("first answer due"), null=True, blank=True, editable=False)
    first_answered_at = models.DateTimeField(_("first answered"), null=True, blank=True, editable=False)
    # Postgres keeps it, so that erasing empties it too: lower-case, without accents, of the number only the digits, and
    # the country by its code.
    search = models.GeneratedField(
        expression=Func(F("name"), F("email"), F("phone"), F("country"), function="lead_search"),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = LeadQuerySet.as_manager()

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        ordering = ["-created_at", "-pk"]
        # What is more than changing a lead; clinic/roles.py says who may.
        permissions = [
            ("move_clinical_stages", _("Can decide clinical stages")),
            ("resend_packet", _("Can send the packet again")),
            ("merge_leads", _("Can merge leads")),
            ("export_leads", _("Can export lists of leads")),
            ("import_leads", _("Can import leads")),
            ("export_person", _("Can export a person")),
            ("erase_person", _("Can erase a person")),
        ]
        indexes = [
            models.Index(fields=["-created_at"], name="lead_created"),
            # Any part of a word. What is pending each search reads from end to end, so it is as short as can be;
            # without it, a new lead would cost a visitor's post the most of all that Postgres does.
            GinIndex(
                fields=["search"],
                name="lead_search",
                opclasses=["gin_trgm_ops"],
                fastupdate=True,
                gin_pending_list_limit=64,
            ),
            # Each order of the staff's list, so that a page is read from where it begins, wherever that is.
            models.Index(fields=["-created_at", "-id"], name="lead_newest", condition=SHOWN),
            models.Index(fields=["-created_at", "-id"], name="lead_newest_open", condition=OPEN),
            models.Index(fields=["stage", "-created_at", "-id"], name="lead_newest_of_stage", condition=SHOWN),
            models.Index(fields=["owner", "-created_at", "-id"], name="lead_newest_of_owner", condition=SHOWN),
            models.Index(fields=["country", "-created_at", "-id"], name="lead_newest_of_country", condition=SHOWN),
            # With what tells who asked from who came by a list.
            models.Index(
                fields=["stage", "-created_at", "-id"],
                name="lead_nobodys",
                include=["asked_at"],
                condition=OPEN & Q(owner__isnull=True),
            ),
            models.Index(fields=["-created_at", "-id"], name="lead_hidden", condition=~SHOWN),
            # The day's work, of all and of one; of all with what tells the late from the others of a day, since these
            # rows lie all over the table.
            models.Index(
                fields=["next_action_on", "id"],
                name="lead_day",
                include=["next_action_at", "next_action", "first_answer_due_at", "first_answered_at"],
                condition=OPEN,
            ),
            models.Index(fields=["owner", "next_action_on", "id"], name="lead_due_of_owner", condition=OPEN),
            # What is to be done within the hour.
            models.Index(
                fields=["next_action_at", "id"], name="lead_due_at", condition=OPEN & Q(next_action_at__isnull=False)
            ),
            # Each lead page asks who else may be the same person (desk/lead/duplicates.py).
            models.Index(Func("phone", function="lead_phone_end"), name="lead_phone_end", condition=~Q(phone="")),
            models.Index(Func("email", function="lead_mailbox"), name="lead_mailbox"),
            models.Index("country", Func("name", function="lead_name_start"), name="lead_name_start"),
            models.Index("country", Func("name", function="lead_name_end"), name="lead_name_end"),
            # Who still waits for a first answer, the longest overdue first; and whose came too late.
            models.Index(
                fields=["first_answer_due_at", "id"],
                name="lead_awaiting_answer",
                condition=OPEN & Q(first_answered_at__isnull=True, first_answer_due_at__isnull=False),
            ),
            # To whom nobody spoke yet, of whom Today asks who has read the packet.
            models.Index(
                fields=["id"],
                name="lead_not_called",
                condition=OPEN & Q(stage=LeadStage.NEW, first_answered_at__isnull=True),
            ),
            # How soon those who asked in some weeks were answered (desk/numbers).
            models.Index(
                fields=["asked_at"],
                name="lead_asked",
                condition=Q(merged_into__isnull=True, asked_at__isnull=False),
            ),
            models.Index(
                fields=["first_answer_due_at", "id"],
                name="lead_answered_late",
                condition=SHOWN & Q(first_answered_at__gt=F("first_answer_due_at")),
            ),
        ]
        constraints = [
            address_is_lower_case("lead"),
            # Unique would let one lead have it, and mail to nobody counts as sent.
            models.CheckConstraint(condition=~Q(email=""), name="lead_email_not_empty"),
            models.CheckConstraint(
                # Who is merged into another one is reached as that one.
                condition=Q(email__isnull=False)
                | ~Q(phone="")
                | Q(erased_at__isnull=False)
                | Q(merged_into__isnull=False),
                name="lead_reachable",
                violation_error_message=_("Give an e-mail address or a telephone number."),
            ),
            models.CheckConstraint(
                condition=Q(stage__in=CLOSED)
                | Q(merged_into__isnull=False)
                | (~Q(next_action="") & Q(next_action_on__isnull=False)),
                name="lead_open_has_next_action",
                violation_error_message=_("An open lead needs a next action and its date."),
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=CLOSED_WITH_REASON) | ~Q(closed_reason=""),
                name="lead_closed_has_reason",
                violation_error_message=_("Say why this lead is closed."),
            ),
            models.CheckConstraint(
                condition=Q(asked_at__isnull=True, first_answer_due_at__isnull=True, first_answered_at__isnull=True)
                | Q(asked_at__isnull=False, first_answer_due_at__isnull=False, first_answer_due_at__gte=F("asked_at")),
                name="lead_answer_clock_whole",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("pk")), name="lead_not_merged_into_itself"
            ),
            # However it comes: whoever wrote there would be answered by nobody, since no list shows an erased lead.
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(name="", email=None, phone="", country="", next_action="", next_action_on=None)
                & Q(stage=LeadStage.INVALID, closed_reason="erased"),
                name="lead_erased_holds_nothing",
            ),
            models.CheckConstraint(condition=Q(call_hours__regex=call_hours.PATTERN), name="lead_call_hours_are_hours"),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(call_hours=""), name="lead_erased_prefers_nothing"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.phone or str(_("erased person"))

    def get_absolute_url(self) -> str:
        return f"{list_of_leads(get_script_prefix())}{self.pk}/change/"

    @property
    def plan(self) -> str:
        """The next action in words."""
        return self.Plan.in_words(self.next_action)

    @property
    def reason(self) -> str:
        """Why it is closed, in words."""
        return Closed.in_words(self.closed_reason)

    @property
    def is_open(self) -> bool:
        """Of one lead what open() asks of all."""
        return self.stage not in CLOSED and self.merged_into_id is None and self.erased_at is None

    @property
    def answer_promised_for(self) -> datetime | None:
        """When that is what is to be done next: until then nobody is late with it."""
        is_planned = self.next_action in LeadPlan.answers() and self.first_answered_at is None
        return self.first_answer_due_at if is_planned else None

    @property
    def mail_address(self) -> str | None:
        return self.mailed_as.email if self.mailed_as else self.email

    def survivor(self) -> "Lead":
        """The lead that a merged one lives on in; itself otherwise."""
        return self.merged_into.survivor() if self.merged_into else self

    def family(self) -> list["Lead"]:
        """This lead, and all that were merged into it: each behind whom it lives on in."""
        return [self, *Lead.objects.raw(MERGED_INTO, [self.pk])]

    def allowed_stages(self) -> list[str]:
        """Where this lead may move, from the same table that the trigger reads."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_stage FROM enquiries_allowed_move WHERE from_stage = %s", [self.stage])
            allowed = {row[0] for row in cursor.fetchall()}
        return [stage for stage in self.Stage.values if stage in allowed]

    def clinical_stages(self) -> set[str]:
        """Of these, where only who decides clinically may move it."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT to_stage FROM enquiries_allowed_move WHERE from_stage = %s AND clinical", [self.stage]
            )
            return {row[0] for row in cursor.fetchall()}

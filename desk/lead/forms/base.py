"""What all forms of the lead page share: who, which lead, and what its writer had before them."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from desk import lead_search
from desk.lead import seen
from desk.lead.seen import Conflict
from enquiries import countries
from enquiries.countries import CountrySelect
from enquiries.models import Lead, possible_owners
from enquiries.models.stages import SHOWN
from foundation.actors import Actor
from foundation.models import ClinicProfile
from foundation.numbers import number, page_key


def country_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Country"), choices=countries.choices, required=False, widget=CountrySelect(nothing=_("not known"))
    )


def day_field(**kwargs: Any) -> forms.DateField:
    # Browsers want the ISO form, whatever the language of the page.
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(**{"label": _("On"), "widget": widget, **kwargs})


DAY_IS_OVER = _("This day is over. Choose today or a day to come.")


def refuse_day_that_is_over(day: date | None) -> None:
    """Nobody would do on it what is planned now; a slip in the year makes it overdue at once."""
    if day and day < ClinicProfile.objects.current().today():
        raise forms.ValidationError(DAY_IS_OVER)


TIME_IS_OVER = _("This time of today is over. Choose one to come.")


def is_over_today(at: datetime | None) -> bool:
    """It would be overdue at once, as a day that is over; of such a day that stays, a time changes nothing."""
    profile = ClinicProfile.objects.current()
    return bool(at and at < timezone.now() and at.astimezone(profile.zone).date() == profile.today())


def time_field(**kwargs: Any) -> forms.TimeField:
    """Of the day beside it, by the clinic's clock."""
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(**{"label": _("At (may be left empty)"), "required": False, "widget": widget, **kwargs})


def moment_of(day: date | None, time: time | None) -> datetime | None:
    """In UTC, as it is read again, so that the two compare as text."""
    if day is None or time is None:
        return None
    return datetime.combine(day, time, tzinfo=ClinicProfile.objects.current().zone).astimezone(UTC)


def moved_to(day: date | None, at: datetime | None) -> datetime | None:
    """The same time of day, when a colleague chose another day meanwhile."""
    return moment_of(day, at.astimezone(ClinicProfile.objects.current().zone).time()) if at else None


def moment_field(**kwargs: Any) -> forms.DateTimeField:
    """By the clinic's clock, as the pages of staff show it."""
    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    return forms.DateTimeField(widget=widget, **kwargs)


# Whoever looks for one person types more of the name than that.
MOST_FOUND = 20


def leads_named(typed: str, but: Lead) -> list[Lead]:
    """Whoever is meant by a number, an address, a telephone number or a part of the name; never the lead itself.

    One alone where a number after # or a whole address says whom. Raises ValidationError when it is nobody.
    """
    exact, sure = lead_called(typed.strip())
    meant = lead_search.matching(typed) if not sure else None
    others = Lead.objects.filter(meant, SHOWN).exclude(pk=but.pk) if meant else Lead.objects.none()
    named = others.order_by("-created_at", "-pk").select_related("owner", "merged_into")[:MOST_FOUND]
    found = {lead.pk: lead for lead in [*([exact] if exact else []), *named]}
    if not found:
        raise forms.ValidationError(_("There is no such lead."))
    return list(found.values())


def lead_called(typed: str) -> tuple[Lead | None, bool]:
    """By its number or whole address; and whether nobody else can be meant, as by digits of a telephone."""
    pk = number(typed.removeprefix("#"))
    found = Lead.objects.filter(pk=pk) if pk else Lead.objects.filter(email=typed)
    lead = found.select_related("owner", "merged_into").first()
    return lead, bool(lead) and (not pk or typed.startswith("#"))


def lead_named(typed: str, but: Lead) -> Lead:
    """The one that is meant. Raises ValidationError with their numbers when these are several."""
    found = leads_named(typed, but)
    if len(found) > 1:
        names = ", ".join(f"{lead} (#{lead.pk})" for lead in found)
        words = _("Several are found: %(names)s. Write # and the number of the right one.")
        raise forms.ValidationError(words % {"names": names})
    return found[0]


SAY_WHY = _("Say why this lead is closed.")


def reason_field(**kwargs: Any) -> forms.CharField:
    # The column holds 300, and a code stands before the words.
    return forms.CharField(**{"label": _("Reason"), "max_length": 280, "required": False, **kwargs})


def asked_to_stop_field(**kwargs: Any) -> forms.BooleanField:
    return forms.BooleanField(label=_("They asked us to stop: mail them nothing more"), required=False, **kwargs)


# What may mean that somebody wants no more mail, parted by "|"; for each language that staff write in.
SOUNDS_LIKE_STOP = _("stop|unsubscribe|no more mail|no more e-mail")
IS_A_BOX = _(
    "Your words sound as if they want no more mail. If so, tick this box. If not, press the button again: mail goes on."
)


def told_field() -> forms.CharField:
    """Filled in once whoever writes a reason was asked whether its words are meant to end all mail."""
    return forms.CharField(required=False, max_length=4, widget=forms.HiddenInput)


def ask_whether_they_stop(form: Any) -> None:
    """Once, since words alone stop nothing: whoever relied on them would go on writing to somebody who wants none."""
    told, ticked = form.cleaned_data.pop("told", ""), form.cleaned_data.get("asked_to_stop")
    sounds = any(part in form.cleaned_data.get("reason", "").casefold() for part in str(SOUNDS_LIKE_STOP).split("|"))
    if sounds and not told and not ticked:
        form.add_error("asked_to_stop", IS_A_BOX)
        form.data = form.data.copy()
        form.data["told"] = "yes"


class PlanField(forms.CharField):
    """A next action. One that nobody typed is shown in words, and stays a code unless somebody changes them."""

    def prepare_value(self, value: Any) -> Any:
        return Lead.Plan.in_words(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> str:
        return Lead.Plan.from_words(super().clean(value))


def text_area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def owners_for(lead: Lead) -> QuerySet[Any]:
    """And the present owner, so that saving a form does not quietly take a lead away."""
    may_own = Q(pk__in=possible_owners().values("pk"))
    return get_user_model()._default_manager.filter(may_own | Q(pk=lead.owner_id))


DAY_OF_THE_TIME = _("Say on which day, since what stands there is not due today.")
WRITTEN_ALREADY = _("You have written this down already.")
NO_PLAN = _("This lead is closed. Open it first, or nobody is reminded.")


class LeadForm(forms.Form):
    verb = ""
    submit: Any = _("Save")
    done: Any = ""

    # Whether what it does is a mail to the person.
    mails = False
    # Whether it may be wanted again, just as it is: then two clicks on one page are told from two wishes by the page.
    is_wanted_again = False
    # The fields of the lead that this form writes: two people saving the same one is a conflict.
    watches: tuple[str, ...] = ()

    def __init__(self, lead: Lead, data: Any = None, *, by: Actor) -> None:
        self.lead, self.by = lead, by
        self.conflicts: list[Conflict] = []
        super().__init__(data, initial=self.starts_as(lead), auto_id=f"{self.verb}_%s")

    def wants(self, name: str) -> Any:
        """What it would write into a watched field; None for leaving it as it is."""
        return seen.as_text(self.cleaned_data.get(name))

    def puts_aside(self, name: str) -> bool:
        """What nobody typed and another plan puts aside all the same: words on their day, and a time of that day."""
        return name in ("next_action", "next_action_at") and any(map(self.cleaned_data.get, seen.PLAN))

    def is_stale(self) -> bool:
        """Whether it would overwrite what somebody else saved after this page was loaded."""
        self.conflicts = seen.conflicts(self)
        return bool(self.conflicts)

    def what_was_seen(self) -> dict[str, str]:
        """The hidden fields by which the next post knows what its writer had before them."""
        return {**seen.hidden_fields(self), **({"page": str(self.page or uuid4())} if self.is_wanted_again else {})}

    @property
    def page(self) -> UUID | None:
        """On which it was filled in, where that says so."""
        return page_key(self.data.get("page", ""))

    def done_already(self, lead: Lead, by: Actor) -> Any:
        """What a second click is told, when it was refused because the first has done it; nothing where it is none."""
        return ""

    def starts_as(self, lead: Lead) -> dict[str, Any]:
        return {}

    def clean_next_action_on(self) -> date | None:
        """The one that stands there may be over: whoever mends the words of what is overdue chose no day."""
        day: date | None = self.cleaned_data["next_action_on"]
        if str(day) not in (seen.stored(self.lead, "next_action_on"), self.data.get("seen_next_action_on")):
            refuse_day_that_is_over(day)
        return day

    def take_time(self) -> None:
        """Of the day that was chosen, or else of the one that stays, if that is today: nobody means another one."""
        time = self.cleaned_data.pop("next_action_time", None)
        day = self.cleaned_data.get("next_action_on") or self.lead.next_action_on
        is_chosen = "next_action_on" in self.errors or self.cleaned_data.get("next_action_on")
        if time and not is_chosen and day != ClinicProfile.objects.current().today():
            self.add_error("next_action_on", DAY_OF_THE_TIME)
        self.take_moment(moment_of(day, time))

    def take_moment(self, at: datetime | None) -> None:
        """What stands there may be over, as its day may."""
        self.cleaned_data["next_action_at"] = at
        stood_there = (seen.stored(self.lead, "next_action_at"), self.data.get("seen_next_action_at"))
        if seen.as_text(at) not in stood_there and is_over_today(at):
            self.add_error("next_action_time", TIME_IS_OVER)

    def remarks(self) -> list[str]:
        """What else is to be said once it is done."""
        return []

    def apply(self, lead: Lead, by: Actor) -> Any:
        """Does it. Raises ValidationError when the lead does not allow it."""
        raise NotImplementedError

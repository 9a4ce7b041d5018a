"""The clinic's own details, hours and steps."""

from itertools import pairwise
from typing import Any, ClassVar

from csp.constants import SELF
from csp.decorators import csp_update
from django import forms
from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import DateField, TimeField
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from foundation import profile_warnings
from foundation.actions import keep_profile_revision
from foundation.actors import acting
from foundation.admin.logos import LogoForm
from foundation.forms import TYPED_TEXT
from foundation.models import ClinicProfile, Holiday, OpeningHours, OwnNumber, ProcessStep, ProfileRevision
from foundation.models.profile_revisions import content_of
from foundation.outage import one_request
from foundation.signals import profile_saved, time_zone_changed


class Rows(BaseInlineFormSet):
    default_error_messages = {
        **BaseInlineFormSet.default_error_messages,
        "too_many_forms": _("These are too many at once: there may be at most %(num)d."),
    }

    def add_fields(self, form: Any, index: int | None) -> None:
        """The head of a column is no label of the fields below it, to who hears the page."""
        super().add_fields(form, index)
        row = {"number": "__prefix__" if index is None else index + 1}
        for field in (field for field in form.fields.values() if not field.widget.is_hidden):
            label = _("%(label)s, row %(number)s") % {"label": field.label, **row}
            field.widget.attrs.setdefault("aria-label", label)


# The browser's own fields, which ask for a day in the order of whoever types it: 03/04 is March here and April there.
AS_TYPED: dict[Any, Any] = {
    **TYPED_TEXT,
    DateField: {"widget": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})},
    TimeField: {"widget": forms.TimeInput(format="%H:%M", attrs={"type": "time"})},
}


class Bounded(InlineModelAdmin):
    """Without absolute_max a post may claim a thousand rows more, and gets them."""

    formset = Rows
    extra = 1
    formfield_overrides = AS_TYPED

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        # What is only shown claims no rows, and Django asks for the formset five times a page.
        most = self.most(obj) if request.method == "POST" else self.max_num
        return super().get_formset(request, obj, absolute_max=most, validate_max=True, **kwargs)

    def most(self, obj: Any) -> int:
        """Those of before there was a bound can still be saved, with some of them ticked for deletion."""
        return (self.max_num or 0) + (self.model._default_manager.filter(profile=obj).count() if obj else 0)


class ProcessStepInline(Bounded, admin.StackedInline):
    model = ProcessStep
    # The packet tells each on half a page.
    max_num = 20


class Numbers(Rows):
    def clean(self) -> None:
        super().clean()
        rows = [
            found for form in self.forms if (found := getattr(form, "cleaned_data", {})) and not found.get("DELETE")
        ]
        kinds = {row.get("kind") for row in rows}
        if OwnNumber.Kind.BETTER in kinds and OwnNumber.Kind.HARM not in kinds:
            raise forms.ValidationError(
                _("Say what went wrong, too, and of how many: what got better is told to nobody without it.")
            )


NO_TIME = _("Write since when and until when you counted: a number without its time says nothing.")
LACKING: dict[str, Any] = {
    "of": _("Write of how many people: without them a number says nothing."),
    "not_known": _("Write of how many you do not know it; 0 if of nobody."),
    "since": NO_TIME,
    "until": NO_TIME,
}


class NumberForm(forms.ModelForm):
    class Meta:
        error_messages: ClassVar[Any] = {name: {"required": said} for name, said in LACKING.items()}


class OwnNumberInline(Bounded, admin.StackedInline):
    model = OwnNumber
    form = NumberForm
    formset = Numbers
    # More than a page of them nobody reads.
    max_num = 12


class OpeningHoursInline(Bounded, admin.TabularInline):
    model = OpeningHours
    template = "admin/foundation/rows.html"
    # Four spans a day.
    max_num = 28


class HolidayInline(Bounded, admin.TabularInline):
    model = Holiday
    template = "admin/foundation/rows.html"
    # Of some six years.
    max_num = 100


LOOK = (
    "logo_file",
    "logo_kept",
    "icon_file",
    "icon_kept",
    "without_logo",
    "accent_color",
    "on_accent_color",
    "paper",
    "dates",
)
# In the order of the packet: what is not known first.
TRUST = ("unknown", "known", "costs", "questions_to_ask")
PRICE = ("price_low", "price_high", "price_currency", "price_covers", "price_on")
MARKDOWN = _(
    "Written in Markdown: an empty line begins a paragraph, **two stars** make words strong, a line that begins with "
    "“- ” is an item of a list, one with “## ” a heading, and [words](https://example.org/) a link."
)
# Whatever else the profile has stands behind them.
SECTIONS: list[tuple[Any, tuple[str, ...], Any]] = [
    (_("The clinic"), ("name", "tagline", "postal_address", "phone", "email"), ""),
    (_("Its look"), LOOK, ""),
    (_("When it is open"), ("time_zone", "hours"), _("The hours themselves stand in rows at the end of this page.")),
    (_("What is promised"), ("first_answer_hours", "assigns_new_leads"), ""),
    (_("Home page and “About us”"), ("notice", "home_heading", "home_text", "about"), MARKDOWN),
    (_("What earns trust, on the site and in the packet"), TRUST, MARKDOWN),
    (_("What it costs, in numbers"), PRICE, _("On the page of costs and in the packet; empty, it is told nowhere.")),
    (_("Beside the forms"), ("packet_intro", "packet_thanks", "newsletter_intro", "countries_first"), ""),
]
PROMISES = ("first_answer_hours", "assigns_new_leads")
# A page of some years; older ones stay in the table.
REVISIONS_SHOWN = 50


@admin.register(ClinicProfile)
class ClinicProfileAdmin(admin.ModelAdmin):
    form = LogoForm
    inlines = [OpeningHoursInline, HolidayInline, ProcessStepInline, OwnNumberInline]
    formfield_overrides = AS_TYPED

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Each opens and closes without a script; the first is open."""
        placed = {name for _title, names, _words in SECTIONS for name in names}
        others = tuple(name for name in self.get_fields(request, obj) if name not in placed)
        sections = [*SECTIONS, *([(_("More"), others, "")] if others else [])]
        return [
            (title, {"fields": names, "description": words, "classes": ["collapse"] if place else []})
            for place, (title, names, words) in enumerate(sections)
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one row, so the list is a detour."""
        profile = ClinicProfile.objects.first()
        if profile is None or not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        return redirect("admin:foundation_clinicprofile_change", profile.pk)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is promised to who asks, and who has the work of it, is decided by who answers for both."""
        return () if request.user.has_perm("foundation.promise_answers") else PROMISES

    # The preview beside the form.
    @method_decorator(csp_update({"frame-src": [SELF]}))
    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        profile = ClinicProfile.objects.first()
        may_change = profile is not None and self.has_change_permission(request, profile)
        if profile is None or not may_change or str(profile.pk) != str(object_id):
            return super().changeform_view(request, object_id, form_url, extra_context)
        if request.method == "POST":
            return self.posted(request, object_id)
        context = {**(extra_context or {}), "warnings": profile_warnings.warnings(profile)}
        return super().changeform_view(request, object_id, form_url, context)

    @transaction.atomic
    def posted(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """One after the other, so that each revision tells what one person changed."""
        before = content_of(ClinicProfile.objects.select_for_update().get())
        answer = super().changeform_view(request, object_id)
        keep_profile_revision(before=before, by=acting(request))
        return answer

    def history_view(self, request: HttpRequest, object_id: Any, extra_context: Any = None) -> HttpResponse:
        """Who changed what; the log of the admin knows only the names of the fields."""
        profile = self.get_object(request, object_id)
        if profile is None or not self.has_view_permission(request, profile):
            raise PermissionDenied
        revisions = list(ProfileRevision.objects.select_related("saved_by")[: REVISIONS_SHOWN + 1])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Change history"),
            "profile": profile,
            "revisions": [(after, after.changes(before)) for after, before in pairwise(revisions)],
        }
        return TemplateResponse(request, "admin/foundation/clinicprofile/history.html", context)

    def save_model(self, request: HttpRequest, obj: ClinicProfile, form: Any, change: bool) -> None:
        before = ClinicProfile.objects.get(pk=obj.pk).zone
        super().save_model(request, obj, form, change)
        if obj.zone != before:
            time_zone_changed.send(sender=ClinicProfile, request=request, before=before, after=obj.zone)

    def response_change(self, request: HttpRequest, obj: ClinicProfile) -> HttpResponse:
        """Behind the rows of its hours and steps."""
        # What this request has read so far is the profile as it was.
        with one_request():
            profile_saved.send(sender=ClinicProfile, request=request)
        return super().response_change(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ClinicProfile | None = None) -> bool:
        return False

"""What staff type beside an article: why, from when, and what a reviewer says of it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.form_fields import ClinicTime, address
from articles.models import GoneRuling
from foundation.forms import TypedText


class ReviewForm(forms.Form):
    note = TypedText(required=False, max_length=5000)


class OverrideForm(forms.Form):
    """The passage stands in a hidden field, as the lint quotes it."""

    rule = forms.CharField(max_length=40)
    passage = forms.CharField(required=False, strip=False)
    reason = TypedText(required=False, max_length=1000)


class GoneNoticeForm(forms.Form):
    record = forms.CharField(max_length=20)
    ruling = forms.ChoiceField(choices=GoneRuling.Ruling)
    reason = TypedText(required=False, max_length=1000)


class AddressForm(forms.Form):
    slug = address()


class ShowFromForm(forms.Form):
    show_from = ClinicTime(label=_("Show it from"), said=_("Empty for at once."))


class WithdrawForm(forms.Form):
    reason = TypedText(
        label=_("Why it is withdrawn"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Its address says so to whoever comes there, for as long as it is withdrawn."),
    )
    at = ClinicTime(label=_("Withdraw it from"), said=_("Empty for at once."))


class WhyForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=300,
        help_text=_("What you changed and why, in a few words. Whoever compares revisions reads it."),
    )
    is_typo = forms.BooleanField(
        label=_("Only a typo fix"),
        required=False,
        help_text=_(
            "Up to ten words spelled otherwise; no number, no fact. A reviewer still approves it, but neither the day "
            "of the last review nor that of the next one moves."
        ),
    )

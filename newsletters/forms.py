from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from articles.models import Topic
from foundation.forms import PublicForm, consent_field, email_field
from foundation.models import ClinicProfile, ConsentWording
from newsletters.models import Subscriber

Kind = ConsentWording.Kind


class NewsletterForm(PublicForm):
    title = _("Subscribe To Our Newsletter")
    slug = "newsletter"
    submit_label = _("Subscribe")
    action = reverse_lazy("newsletters:newsletter")
    wording_kinds = (Kind.NEWSLETTER,)

    email = email_field()
    consent = consent_field(
        Kind.NEWSLETTER,
        otherwise=_("I would like to receive the newsletter by e-mail."),
        required=True,
        refusal=_("Tick this box if you would like the newsletter; we send it only to people who agree."),
    )

    def layout(self) -> list[Any]:
        return ["email", "consent"]


class Ticks(forms.CheckboxSelectMultiple):
    def __init__(self) -> None:
        super().__init__(attrs={"class": "form-check-input"})


class PreferencesForm(forms.Form):
    """By the link in their mails: what they would like to get."""

    topics = forms.ModelMultipleChoiceField(
        label=_("Topics"), queryset=Topic.objects.all(), required=False, widget=Ticks
    )
    rhythm = forms.ChoiceField(
        label=_("How often"),
        choices=Subscriber.Rhythm.choices,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, widget=forms.Select(attrs={"class": "form-select"})
    )

    def __init__(self, subscriber: Subscriber, data: Any = None) -> None:
        initial = {
            "topics": [topic.pk for topic in subscriber.topics.all()],
            "rhythm": subscriber.rhythm,
            "language": subscriber.language,
        }
        super().__init__(data, initial=initial)
        if len(settings.LANGUAGES) == 1:
            # There is nothing to choose.
            self.fields["language"].widget = forms.HiddenInput()


class SaidForm(forms.Form):
    """On whose word staff do what nobody else may do for them."""

    said = forms.CharField(
        label=_("Who said so, and how"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For instance “she rang up and asked for it herself”. Whoever knows an address can type it."),
    )
    said_on = forms.DateField(
        label=_("On"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), required=True
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"said_on": ClinicProfile.objects.current().today()})

    def clean_said_on(self) -> Any:
        day = self.cleaned_data["said_on"]
        if day > ClinicProfile.objects.current().today():
            raise ValidationError(_("This day is still to come."))
        return day

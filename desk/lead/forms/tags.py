"""Which tags stand on a lead."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.lead.forms.base import LeadForm
from enquiries import actions
from enquiries.models import Lead, Tag
from foundation.actors import Actor
from foundation.numbers import is_number


class TagsForm(LeadForm):
    """Posts also which ones its page showed, so that what a colleague put on or took off meanwhile stays."""

    verb = "tags"
    submit = _("Save tags")
    done = _("The tags are saved.")

    tags = forms.MultipleChoiceField(
        label=_("Tags"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("How we work with this person, and nothing of their health: that belongs into a note."),
    )

    def __init__(self, lead: Lead, data: Any = None, *, by: Actor) -> None:
        super().__init__(lead, data, by=by)
        self.fields["tags"].choices = [(str(tag.pk), str(tag)) for tag in self.known]  # type: ignore[attr-defined]

    def starts_as(self, lead: Lead) -> dict[str, Any]:
        self.known = list(Tag.objects.with_those_on(lead))
        return {"tags": [str(tag.pk) for tag in self.known if tag.is_on]}

    def what_was_seen(self) -> dict[str, str]:
        return {**super().what_was_seen(), "had": self.had()}

    def had(self) -> str:
        return str(self.data["had"]) if "had" in self.data else " ".join(self.initial["tags"])

    def apply(self, lead: Lead, by: Actor) -> Any:
        had = {int(part) for part in self.had().split() if is_number(part)}
        wanted = set(map(int, self.cleaned_data["tags"]))
        return actions.change_tags(lead=lead, by=by, put_on=wanted - had, take_off=had - wanted)

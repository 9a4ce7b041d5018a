"""Words in which colleagues are named by “@name”, and that whoever was named has seen it."""

from typing import Any

from django import forms
from django.db.models import BigIntegerField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.lead.forms.base import LeadForm, text_area
from enquiries import actions
from enquiries.mentions import read
from enquiries.models import Lead
from foundation.actors import Actor


def words_field(*, rows: int, **kwargs: Any) -> forms.CharField:
    widget = text_area(rows)
    # static/mentions.js offers names while one is typed.
    widget.attrs["data-mentions"] = ""
    return forms.CharField(max_length=5000, widget=widget, **kwargs)


def told_of(text: str) -> list[str]:
    """Whom these words tell, and what in them tells nobody."""
    found = read(text)
    told = ", ".join(map(str, found.named))
    return [
        *([_("%(names)s will find this on Today.") % {"names": told}] if told else []),
        *(
            _("Several of us may be called %(name)s: nobody was told. Write the whole name, or the address.")
            % {"name": one}
            for one in found.unsure
        ),
        *(
            _("Nobody who follows up leads is called %(name)s: nobody was told.") % {"name": one}
            for one in found.unknown
        ),
    ]


class SeenForm(LeadForm):
    verb = "seen"
    submit = gettext_lazy("Seen")
    done = gettext_lazy("It no longer stands on your Today.")

    # So that what comes while somebody reads is not seen with it.
    newest = forms.IntegerField(min_value=1, max_value=BigIntegerField.MAX_BIGINT, widget=forms.HiddenInput)

    def apply(self, lead: Lead, by: Actor) -> Any:
        return actions.see_mentions(lead=lead, up_to=self.cleaned_data["newest"], by=by)

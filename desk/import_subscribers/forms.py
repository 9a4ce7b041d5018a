from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.import_list.forms import UploadForm
from desk.import_list.reading import OF_SUBSCRIBERS
from desk.import_subscribers.rows import rows_of
from foundation.models import ClinicProfile
from newsletters.actions.imports import Row
from newsletters.models import SubscriberImport

How = SubscriberImport.How
SAY_IT = {"min_length": gettext_lazy("Say it in a sentence, so that it can be understood in five years.")}


class SubscribersForm(UploadForm):
    """The same file as for leads, with the proof that a newsletter needs."""

    agreed = None  # type: ignore[assignment]
    consent = None  # type: ignore[assignment]
    how = forms.ChoiceField(label=gettext_lazy("These people"), choices=How.choices, widget=forms.RadioSelect)
    place = forms.CharField(
        label=gettext_lazy("Where did they agree?"),
        required=False,
        min_length=10,
        max_length=300,
        help_text=gettext_lazy("For instance “the form on the page example.org/news of our old site”."),
        error_messages=SAY_IT,
    )
    words = forms.CharField(
        label=gettext_lazy("To which words?"),
        required=False,
        min_length=10,
        max_length=2000,
        help_text=gettext_lazy("The sentence beside the box that they ticked, word for word."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=SAY_IT,
    )
    agreed_on = forms.DateField(
        label=gettext_lazy("When, where a row of the file does not say so"),
        required=False,
        help_text=gettext_lazy("Only if all of them agreed on one day, such as at a congress. Else leave it empty."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    most = OF_SUBSCRIBERS
    rows: list[Row]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Of a workbook the reader needs four times as long, and all the memory it has. See desk/import_list/apart.py.
        longer = _("Save a workbook of more than some 20,000 rows as CSV first: it takes too long to read.")
        self.fields["file"].help_text += f" {longer}"

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if found.get("how") == How.EVIDENCE:
            for name in ("place", "words"):
                if name not in self.errors and not found.get(name):
                    self.add_error(name, _("Without this there is no proof. You can invite them instead."))
        if "file" in found and "file" not in self.errors:
            self.read_rows()
        return found

    def read_rows(self) -> None:
        try:
            self.rows = rows_of(self.table, self.file_name())
        except ValidationError as error:
            self.add_error("file", error)

    def clean_agreed_on(self) -> Any:
        day = self.cleaned_data["agreed_on"]
        if day and day > ClinicProfile.objects.current().today():
            raise ValidationError(_("This day is still to come."))
        return day

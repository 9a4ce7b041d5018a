from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.import_list.apart import read_list
from desk.import_list.guesses import guess
from desk.import_list.reading import OF_LEADS, Table
from enquiries.actions.imports import choose_columns
from enquiries.actions.imports.columns import LABELS
from enquiries.models import LeadImport
from foundation.forms import WithFile

# Shown beside each column, so that a wrong guess is seen.
SAMPLE = 3
LEAVE_OUT = ("", gettext_lazy("leave out"))


class UploadForm(WithFile, forms.Form):
    file = forms.FileField(
        label=gettext_lazy("The list, as CSV or .xlsx"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        allow_empty_file=True,
    )
    sheet = forms.CharField(
        label=gettext_lazy("Sheet of the workbook"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Only if it has several. Without a name the first sheet with headings is read."),
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("Each of these people agreed that we contact them"),
        error_messages={"required": gettext_lazy("Without their agreement we may not keep them. Ask them first.")},
    )
    consent = forms.CharField(
        label=gettext_lazy("How and when did they agree?"),
        min_length=10,
        max_length=500,
        help_text=gettext_lazy("One sentence. It stands on the page of each of them, so name none of them in it."),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"min_length": gettext_lazy("Say it in a sentence: who asked them, where and when.")},
    )

    most = OF_LEADS
    table: Table
    data_of_file: bytes

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = self.most.in_words()

    def clean(self) -> dict[str, Any]:
        file = self.cleaned_data.get("file")
        if file:
            try:
                self.data_of_file = file.read()
                self.table = read_list(self.data_of_file, self.cleaned_data.get("sheet", ""), self.most)
            except ValidationError as error:
                self.add_error("file", error)
        return self.cleaned_data

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > self.most.bytes:
            raise ValidationError(_("The file is larger than %(megabytes)d MB.") % self.most.told)
        return file

    def file_name(self) -> str:
        name = PurePath(self.cleaned_data["file"].name).name
        return "".join(letter for letter in name if letter.isprintable())


class ColumnsForm(forms.Form):
    """One select for each column of the file."""

    def __init__(self, held: LeadImport, table: dict[str, Any], data: Any = None) -> None:
        super().__init__(data)
        self.held = held
        rows = [cells for _number, cells in table["rows"][:SAMPLE]]
        samples = [[row[place] for row in rows] for place in range(len(table["headings"]))]
        values = [[cells[place] for _number, cells in table["rows"]] for place in range(len(table["headings"]))]
        chosen = held.columns or guess(table["headings"], values)
        for place, heading in enumerate(table["headings"]):
            field = forms.ChoiceField(
                label=heading,
                choices=[LEAVE_OUT, *LABELS.items()],
                initial=chosen[place],
                required=False,
                help_text=" · ".join(filter(None, samples[place])),
            )
            self.fields[f"column_{place}"] = field

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            columns = [self.cleaned_data[name] for name in self.fields]
            choose_columns(held=self.held, columns=columns)
        return self.cleaned_data

"""An article's content as fields: from the JSON snapshot to forms, and back without loss."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.citation_form import FurtherPaperForm, LeftPasteForm, PasteForm, citation_fields, known, longest
from articles.citations.fields import BY_NAME, FIELDS
from articles.cleaned_content import filled, in_old_order, part, rows, source
from articles.compare import with_pictures_of
from articles.evidence import EVIDENCE, NUMBER_OF_PEOPLE
from articles.form_fields import IconArrays, ImageName, Library, address, line, lines, matching, shaped
from articles.forms import WhyForm
from articles.models import ArticleRevision, SectionKind, Topic
from articles.rules import NEEDED_ONCE, kept, refuse_address
from foundation.forms import TypedText

EFFECTS = [
    ("overturns", _("overturns it")),
    ("weakens", _("weakens it")),
    ("changes", _("changes it")),
    ("supports", _("supports it")),
]
# First in each list: a browser posts the first option of a blank row, which then would no longer be blank.
NONE_YET = ("", _("choose one"))
ARTICLE: tuple[str, ...] = ("title", "summary", "topics")
OF_THE_FORM = {*ARTICLE, "study", "citation", "further_papers", "sections", "newer_evidence"}
STUDY = (*(row.name for row in EVIDENCE), "participants_count", "registrations")
CITATION = tuple(field.name for field in FIELDS)


class ArticleForm(forms.Form):
    # The number of the revision that is edited; 0 for a new article.
    begun_from = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = line(
        _("Title"),
        required=True,
        help_text=_("What was studied, in whom, and that it is one study: a reader must not take it for a promise."),
    )
    summary = forms.CharField(
        label=_("Summary"),
        required=False,
        min_length=40,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One or two sentences. The number of people and the kind of study stand before any benefit."),
    )
    topics = forms.MultipleChoiceField(
        label=_("Topics"),
        required=False,
        choices=Topic.objects.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "tick-list"}),
        help_text=_("The condition that it is about, and what else a reader would look for it under. At least one."),
    )

    study_participants_count = forms.IntegerField(
        label=NUMBER_OF_PEOPLE, required=False, min_value=1, help_text=_("People, not trials. Empty if unknown.")
    )
    study_registrations = lines(
        _("Trial registrations (NCT numbers)"),
        2,
        help_text=_("One a line, such as NCT01234567. Empty if none is known."),
        **shaped("nct"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {f"study_{row.name}": line(row.label, help_text=row.help) for row in EVIDENCE}
        self.fields |= {f"citation_{name}": field for name, field in citation_fields().items()}

    def clean_summary(self) -> str:
        return " ".join(self.cleaned_data["summary"].split())

    def group(self, prefix: str) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(f"{prefix}_")]

    def study(self) -> list[forms.BoundField]:
        return [self[f"study_{name}"] for name in STUDY]

    def citation(self) -> list[forms.BoundField]:
        return self.group("citation")


class NewArticleForm(ArticleForm):
    slug = address()
    field_order = ["slug"]

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"].lower()
        refuse_address(slug)
        return slug


class SectionForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[NONE_YET, *SectionKind.choices],
        help_text=_("What the section tells. By it the page is checked and laid out."),
    )
    heading = line(_("Heading"), help_text=_("A few plain words, such as “What they found”."))
    body = TypedText(
        strip=False,
        label=_("Text"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Short sentences for somebody of twelve; numbers before words. Paragraphs, lists, bold and links only."
        ),
    )
    image = ImageName(
        label=_("Picture"),
        required=False,
        help_text=_("The name of a picture under Images; it stands below the text. Most sections need none."),
    )
    icons = IconArrays(
        label=_("Numbers as dots"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One a line, such as “33 of 100 people felt better”; for a comparison, of as many in each line."),
    )

    def __init__(self, *args: Any, library: Library, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(ImageName, self.fields["image"]).library = library

    def has_changed(self) -> bool:
        """A row may begin with a kind; until something is written in it, it is blank."""
        return not {"heading", "body", "image", "icons"}.isdisjoint(self.changed_data)

    def clean(self) -> None:
        """What is not sorted yet came without a heading, and stays so until somebody says what it is."""
        kind, heading = self.cleaned_data.get("kind"), self.cleaned_data.get("heading")
        if kind and kind != SectionKind.UNSORTED and not heading and "heading" not in self.errors:
            self.add_error("heading", self.fields["heading"].error_messages["required"])


class NewerEvidenceForm(forms.Form):
    text = line(
        _("What was found"),
        required=True,
        help_text=_("One sentence: the kind of study, how many people, and what came out."),
    )
    effect = forms.ChoiceField(
        label=_("For this study, it"),
        choices=[NONE_YET, *EFFECTS],
        help_text=_("What a reader of this study alone would get wrong by now."),
    )
    doi = line("DOI", help_text=BY_NAME["doi"].help, max_length=longest("doi"), **shaped("doi"))
    registration = line(_("Trial registration"), help_text=BY_NAME["nct"].help, **shaped("nct"))
    url = forms.URLField(
        label=_("Web address"),
        required=False,
        assume_scheme="https",
        help_text=_("Only where there is no DOI: the page of the review or trial itself."),
        **matching(r"https://\S+", _("A web address begins with https:// here.")),
    )


# The buttons that fill fields from what was pasted.
FILL = {"fill_paper", "fill_further"}
BLANK_SECTIONS = 2
# The longest of our articles has ten sections; each row is three to twelve fields to check and to show again.
MOST_SECTIONS, MOST_PAPERS = 50, 20


class Rows(forms.BaseFormSet):
    default_error_messages = {
        **forms.BaseFormSet.default_error_messages,
        "too_many_forms": _("These are too many at once: an article has at most %(num)d."),
    }

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["ORDER"].help_text = _("A smaller number stands further up.")
        form.fields["DELETE"].help_text = _("Takes the row out when you save.")


class SectionRows(Rows):
    """begun: what the rows that are not saved yet begin with; blank: how many stand empty behind these."""

    def __init__(
        self,
        *args: Any,
        library: Library,
        begun: list[dict[str, Any]] | None = None,
        blank: int = BLANK_SECTIONS,
        **kwargs: Any,
    ) -> None:
        self.library = library
        self.begun = begun or []
        self.extra = len(self.begun) + blank
        super().__init__(*args, **kwargs)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        kwargs = {**super().get_form_kwargs(index), "library": self.library}
        place = (index or 0) - self.initial_form_count()
        if not self.is_bound and 0 <= place < len(self.begun):
            kwargs["initial"] = self.begun[place]
        return kwargs


def rows_of(form: type[forms.Form], *, most: int, extra: int = 0, formset: type[Rows] = Rows) -> Any:
    """Without absolute_max a post may claim a thousand rows more, and gets them."""
    bounds: Any = {"max_num": most, "absolute_max": most, "validate_max": True}
    return forms.formset_factory(form, formset=formset, extra=extra, can_order=True, can_delete=True, **bounds)


SectionFormSet = rows_of(SectionForm, most=MOST_SECTIONS, formset=SectionRows)
NewerEvidenceFormSet = rows_of(NewerEvidenceForm, most=MOST_PAPERS, extra=1)
FurtherPaperFormSet = rows_of(FurtherPaperForm, most=MOST_PAPERS)


class Mistake(NamedTuple):
    where: Any
    field_id: str
    sentence: Any


class Editor:
    """The forms of one article page, as one."""

    def __init__(self, newest: ArticleRevision | None, data: Any = None, *, is_new: bool = False) -> None:
        self.old: dict[str, Any] = newest.content if newest else {}
        initial = {**as_initial(self.old), "begun_from": newest.number if newest else 0}
        form_class = NewArticleForm if is_new else ArticleForm
        self.form = form_class(data, initial=initial)
        self.why = WhyForm(data)
        saved = self.old.get("sections", [])
        self.sections = SectionFormSet(
            data,
            initial=saved,
            begun=needed_beside(saved),
            library=Library(saved, data, "sections"),
            prefix="sections",
        )
        self.newer = NewerEvidenceFormSet(data, initial=self.old.get("newer_evidence", []), prefix="newer")
        self.papers = FurtherPaperFormSet(data, initial=self.old.get("further_papers", []), prefix="papers")
        self.paste: PasteForm = LeftPasteForm(data)
        # Whether the page shows what stands in no revision.
        self.is_unsaved = data is not None
        # What became of a paste, for the page that shows it.
        self.pasted: list[str] = []

    def is_valid(self) -> bool:
        # Each is asked, so that every mistake shows at once.
        checks = [form.is_valid() for form in (self.form, self.paste, self.papers, self.sections, self.newer, self.why)]
        return all(checks)

    def mistakes(self) -> list[Mistake]:
        """The page is long, so its head names each wrong field and leads there."""
        beside = [mistake for form in (self.paste, self.why) for mistake in mistakes_of(form, "")]
        return [*self.mistakes_of_content(), *beside]

    def mistakes_of_content(self) -> list[Mistake]:
        named: list[tuple[str, forms.Form]] = [("", self.form)]
        for name, formset in (
            (_("Further paper"), self.papers),
            (_("Section"), self.sections),
            (_("Newer evidence"), self.newer),
        ):
            named += [(f"{name} {number}, ", form) for number, form in enumerate(formset, start=1)]
        return [mistake for name, form in named for mistake in mistakes_of(form, name)]

    @classmethod
    def filled_in(
        cls,
        newest: ArticleRevision | None,
        data: Any,
        found: list[dict[str, Any]],
        *,
        is_new: bool,
        more_sections: int = 0,
    ) -> "Editor":
        """As typed, with citations that were pasted: not checked yet, since nobody said that it is done."""
        typed, editor = cls(newest, data, is_new=is_new), cls(newest, is_new=is_new)
        editor.is_unsaved = True
        first = found[0] if found and "fill_paper" in data else {}
        main = {f"citation_{name}": value for name, value in known(first).items()}
        further = [known(citation) for citation in found[1 if main else 0 :]]
        cleared = dict.fromkeys((f"citation_{name}" for name in CITATION), "") if main else {}
        editor.form = type(editor.form)(initial={**as_typed(typed.form), **cleared, **main})
        editor.why = WhyForm(initial=as_typed(typed.why))
        editor.sections = sections_as_typed(typed.sections, is_new=is_new, more=more_sections)
        editor.newer = NewerEvidenceFormSet(initial=rows_as_typed(typed.newer), prefix="newer")
        editor.paste = PasteForm(initial=as_typed(typed.paste))
        editor.papers = FurtherPaperFormSet(initial=[*rows_as_typed(typed.papers), *further], prefix="papers")
        return editor

    def library(self) -> Library:
        return self.sections.library

    def how_it_was_saved(self) -> dict[str, Any]:
        """What save_revision is told beside the content."""
        is_typo = self.why.cleaned_data["is_typo"]
        return {
            "begun_from": self.begun_from(),
            "reason": self.why.cleaned_data["reason"],
            "change": ArticleRevision.Change.TYPO if is_typo else ArticleRevision.Change.WORDS,
        }

    def begun_from(self) -> int:
        return self.form.cleaned_data["begun_from"] or 0

    def content(self) -> dict[str, Any]:
        content = self.assembled(self.form.cleaned_data, rows)
        return with_pictures_of(self.old, content) if self.why.cleaned_data["is_typo"] else content

    def assembled(self, cleaned: dict[str, Any], rows: Callable[[Any], list[dict[str, Any]]]) -> dict[str, Any]:
        """The next snapshot. What these fields do not know of is kept as it was. rows: what is taken of a formset."""
        newer = rows(self.newer)
        return {
            **{name: value for name, value in kept(self.old).items() if name not in OF_THE_FORM},
            "title": cleaned["title"],
            "sections": rows(self.sections),
            **filled(
                summary=cleaned["summary"],
                topics=in_old_order(cleaned["topics"], self.old.get("topics", [])),
                study=part(self.old.get("study", {}), "study", STUDY, cleaned),
                citation=source(part(self.old.get("citation", {}), "citation", CITATION, cleaned)),
                further_papers=[paper for paper in rows(self.papers) if paper],
            ),
            **({"newer_evidence": newer} if newer or "newer_evidence" in self.old else {}),
        }


def as_typed(form: forms.BaseForm) -> dict[str, Any]:
    return {field.name: field.data for field in form}


def rows_as_typed(formset: Any) -> list[dict[str, Any]]:
    """In the order of the numbers beside them; rows that are blank or to be deleted go."""
    found = [as_typed(form) for form in formset]
    kept_rows = [row for row in found if not row.pop("DELETE", None)]
    kept_rows.sort(
        key=lambda row: int(order) if (order := str(row.pop("ORDER", "") or "")).isdecimal() else MOST_SECTIONS
    )
    return [row for row in kept_rows if any(row.values())]


def needed_beside(sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A row for each kind that a published article has and this one does not."""
    kinds = {section["kind"] for section in sections}
    return [{"kind": kind.value} for kind in NEEDED_ONCE if kind not in kinds]


def sections_as_typed(typed: Any, *, is_new: bool, more: int) -> Any:
    """A row that is saved may not be empty; of a new article none is, so that all stay in the order they have."""
    found = rows_as_typed(typed)
    written = [] if is_new else [row for row in found if row["heading"] or row["body"] or row["image"] or row["icons"]]
    begun = [row for row in found if row not in written]
    blank = len(typed.forms) - len(found) + more
    formset = SectionFormSet(initial=written, begun=begun, blank=blank, library=typed.library, prefix="sections")
    if more:
        formset.forms[-1].fields["kind"].widget.attrs["autofocus"] = True
    return formset


def mistakes_of(form: forms.Form, name: str) -> Iterator[Mistake]:
    for field in (form[name] for name in form.fields if name in form.errors):
        for sentence in field.errors:
            yield Mistake(f"{name}{field.label}", field.id_for_label or field.auto_id, sentence)


def as_initial(content: dict[str, Any]) -> dict[str, Any]:
    initial: dict[str, Any] = {name: content[name] for name in ARTICLE if name in content}
    for prefix in ("study", "citation"):
        initial.update({f"{prefix}_{name}": value for name, value in content.get(prefix, {}).items()})
    return initial

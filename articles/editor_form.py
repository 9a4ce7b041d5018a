"""An article's content as fields: from the JSON snapshot to forms, and back without loss."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from articles.forms import WhyForm
from articles.models import Article, ArticleRevision, Paper, SectionKind, Topic
from articles.rules import kept
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
OF_THE_FORM = {*ARTICLE, "study", "citation", "sections", "newer_evidence"}
STUDY = ("design", "participants", "participants_count", "follow_up", "cell_source", "route", "registrations")
CITATION = (
    "authors", "authors_truncated", "title", "journal", "year", "volume", "issue", "pages", "doi", "pmid", "pmcid",
)  # fmt: skip


class Lines(forms.Field):
    """A list, one entry a line; the validators look at each."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def run_validators(self, value: list[str]) -> None:
        for entry in value:
            super().run_validators(entry)


def line(label: Any, *, required: bool = False, max_length: int = 400, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=max_length, **kwargs)


def longest(name: str) -> int:
    """How much the paper's column of this name holds."""
    return Paper._meta.get_field(name).max_length  # type: ignore[union-attr, return-value]


def lines(label: Any, rows: int, **kwargs: Any) -> Lines:
    text = forms.Textarea(attrs={"rows": rows})
    return Lines(**{"label": label, "required": False, "widget": text, "help_text": _("One a line"), **kwargs})


def matching(pattern: str, sentence: Any) -> dict[str, Any]:
    # Under the code "invalid" a field would say its own sentence instead.
    return {"validators": [RegexValidator(f"^{pattern}$", sentence, code="shape")]}


def registration() -> dict[str, Any]:
    return matching("NCT[0-9]{8}", _("A trial registration looks like NCT01234567."))


def doi_field() -> forms.CharField:
    # In ASCII, where lower case is as long.
    pattern = matching(r"10\.[0-9]{4,9}/[!-~]+", _("A DOI looks like 10.1000/xyz123."))
    return line("DOI", max_length=longest("doi"), **pattern)


class ArticleForm(forms.Form):
    # The number of the revision that is edited; 0 for a new article.
    begun_from = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = line(_("Title"), required=True)
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
    )

    study_design = line(_("Design"))
    study_participants = line(_("Who took part"))
    study_participants_count = forms.IntegerField(
        label=_("Number of people"), required=False, min_value=1, help_text=_("People, not trials. Empty if unknown.")
    )
    study_follow_up = line(_("Followed for"))
    study_cell_source = line(_("Source of the cells"))
    study_route = line(_("How they were given"))
    study_registrations = lines(_("Trial registrations (NCT numbers)"), 2, **registration())

    citation_authors = lines(_("Authors"), 4)
    citation_authors_truncated = forms.BooleanField(label=_("There are more authors (print “et al.”)"), required=False)
    citation_title = line(_("Title of the paper"))
    citation_journal = line(_("Journal"), max_length=longest("journal"))
    citation_year = forms.IntegerField(label=_("Year"), required=False, min_value=1900, max_value=2100)
    citation_volume = line(_("Volume"))
    citation_issue = line(_("Issue"))
    citation_pages = line(_("Pages or article number"))
    citation_doi = doi_field()
    citation_pmid = line("PMID", **matching(r"[0-9]{1,8}", _("A PMID is a number of up to eight digits.")))
    citation_pmcid = line(
        "PMCID", max_length=longest("pmcid"), **matching(r"PMC[0-9]+", _("A PMCID looks like PMC1234567."))
    )

    def clean_summary(self) -> str:
        return " ".join(self.cleaned_data["summary"].split())

    def group(self, prefix: str) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(f"{prefix}_")]

    def study(self) -> list[forms.BoundField]:
        return self.group("study")

    def citation(self) -> list[forms.BoundField]:
        return self.group("citation")


class NewArticleForm(ArticleForm):
    slug = forms.SlugField(
        label=_("Address of the page"),
        max_length=100,
        help_text=_("Small letters, digits and hyphens, such as cord-cells-and-the-liver. It stays as it is."),
    )
    field_order = ["slug"]

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"].lower()
        if Article.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("Another article has this address already."))
        return slug


class SectionForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=[NONE_YET, *SectionKind.choices])
    heading = line(_("Heading"))
    body = TypedText(
        strip=False,
        label=_("Text"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Markdown: paragraphs, bullet lists, bold and links only."),
    )

    def clean(self) -> None:
        """What is not sorted yet came without a heading, and stays so until somebody says what it is."""
        kind, heading = self.cleaned_data.get("kind"), self.cleaned_data.get("heading")
        if kind and kind != SectionKind.UNSORTED and not heading and "heading" not in self.errors:
            self.add_error("heading", self.fields["heading"].error_messages["required"])


class NewerEvidenceForm(forms.Form):
    text = line(_("What was found"), required=True)
    effect = forms.ChoiceField(label=_("For this study, it"), choices=[NONE_YET, *EFFECTS])
    doi = doi_field()
    registration = line(_("Trial registration"), **registration())
    url = forms.URLField(
        label=_("Web address"),
        required=False,
        assume_scheme="https",
        **matching(r"https://\S+", _("A web address begins with https:// here.")),
    )


# The longest of our articles has ten; each is six fields to check and to show again.
MOST_ROWS = 50


class Rows(forms.BaseFormSet):
    default_error_messages = {
        **forms.BaseFormSet.default_error_messages,
        "too_many_forms": _("These are too many at once: an article has at most %(num)d."),
    }


def rows_of(form: type[forms.Form], *, extra: int) -> Any:
    """Without absolute_max a post may claim a thousand rows more, and gets them."""
    bounds: Any = {"max_num": MOST_ROWS, "absolute_max": MOST_ROWS, "validate_max": True}
    return forms.formset_factory(form, formset=Rows, extra=extra, can_order=True, can_delete=True, **bounds)


SectionFormSet = rows_of(SectionForm, extra=2)
NewerEvidenceFormSet = rows_of(NewerEvidenceForm, extra=1)


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
        self.sections = SectionFormSet(data, initial=self.old.get("sections", []), prefix="sections")
        self.newer = NewerEvidenceFormSet(data, initial=self.old.get("newer_evidence", []), prefix="newer")

    def is_valid(self) -> bool:
        # Each is asked, so that every mistake shows at once.
        checks = [form.is_valid() for form in (self.form, self.sections, self.newer, self.why)]
        return all(checks)

    def mistakes(self) -> list[Mistake]:
        """The page is long, so its head names each wrong field and leads there."""
        named: list[tuple[str, forms.Form]] = [("", self.form), ("", self.why)]
        for name, formset in ((_("Section"), self.sections), (_("Newer evidence"), self.newer)):
            named += [(f"{name} {number}, ", form) for number, form in enumerate(formset, start=1)]
        return [mistake for name, form in named for mistake in mistakes_of(form, name)]

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
        """The next snapshot. What these fields do not know of is kept as it was."""
        cleaned = self.form.cleaned_data
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
            ),
            **({"newer_evidence": newer} if newer or "newer_evidence" in self.old else {}),
        }


def mistakes_of(form: forms.Form, name: str) -> Iterator[Mistake]:
    for field in form:
        for sentence in field.errors:
            yield Mistake(f"{name}{field.label}", field.id_for_label or field.auto_id, sentence)


def as_initial(content: dict[str, Any]) -> dict[str, Any]:
    initial: dict[str, Any] = {name: content[name] for name in ARTICLE if name in content}
    for prefix in ("study", "citation"):
        initial.update({f"{prefix}_{name}": value for name, value in content.get(prefix, {}).items()})
    return initial


def part(old: dict[str, Any], prefix: str, names: tuple[str, ...], cleaned: dict[str, Any]) -> dict[str, Any]:
    """Absent, not empty, where nothing was filled in: so the schema has it."""
    unknown = {name: value for name, value in old.items() if name not in names}
    given = {name: cleaned[f"{prefix}_{name}"] for name in names}
    return {**unknown, **{name: value for name, value in given.items() if value not in ("", None, [])}}


def filled(**parts: Any) -> dict[str, Any]:
    return {name: value for name, value in parts.items() if value}


def source(citation: dict[str, Any]) -> dict[str, Any]:
    """An unticked box alone is no citation."""
    return citation if any(citation.values()) else {}


def in_old_order(topics: list[str], old: list[str]) -> list[str]:
    """The first topic is the one that the page names, and boxes have no order of their own."""
    return sorted(topics, key=lambda topic: old.index(topic) if topic in old else len(old))


def rows(formset: Any) -> list[dict[str, str]]:
    """In the order that the editor numbered them."""
    return [
        {name: value for name, value in form.cleaned_data.items() if value and name not in ("ORDER", "DELETE")}
        for form in formset.ordered_forms
    ]

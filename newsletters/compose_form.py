"""What an issue is made of, as fields: articles in their order, words of its own, and who gets it."""

from collections.abc import Iterator
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.form_fields import ClinicTime
from articles.models import Article, Topic, without_taken_back
from foundation.actors import Actor
from foundation.forms import TypedText
from newsletters.models import Newsletter, NewsletterEvent
from newsletters.snapshots import as_text, fingerprint, snapshot

# A longer one is read by nobody, and some mail programs cut it off.
MOST_ARTICLES = 8
WORDS = ("language", "subject", "preheader", "introduction", "text", "counts_clicks")
SEGMENT = ("to_language", "topics", "joined_since", "got", "did_not_get")
# What a form says of its page, and not of the issue.
OF_THE_PAGE = {"seen", "form_key"}
CHANGED_MEANWHILE = _("Somebody else saved it meanwhile. Open it anew, and type your changes into what it says now.")
CHANGED_BY_YOU = _(
    "You saved it in another tab or window meanwhile. Open it anew, and type your changes into what it says now."
)


def seen_as(newsletter: Newsletter | None) -> str:
    return fingerprint(as_text(snapshot(newsletter))) if newsletter and newsletter.pk else ""


class ComposeForm(forms.ModelForm):
    # What its writer had before them, so that two people do not undo each other's work.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    # Of a new one: the same for each click on this page.
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    language = forms.ChoiceField(label=_("Language"), choices=lambda: settings.LANGUAGES)
    introduction = TypedText(
        label=_("Introduction"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Markdown: paragraphs, bullet lists, bold and links only."),
    )
    text = TypedText(
        label=_("Text part"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("For whoever reads mail as plain text. Leave it empty, and it is made of the articles by itself."),
    )
    to_language = forms.ChoiceField(
        label=_("Who reads this language"),
        required=False,
        choices=lambda: [("", _("every language")), *settings.LANGUAGES],
    )
    topics = forms.ModelMultipleChoiceField(
        label=_("Who chose one of these topics"),
        required=False,
        queryset=Topic.objects.all(),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "tick-list"}),
    )

    class Meta:
        model = Newsletter
        fields = (*WORDS, *SEGMENT)
        help_texts: ClassVar[Any] = {
            "got": _("As a mail of its own or in the monthly e-mail. So a correction reaches whoever read the mistake.")
        }
        widgets = {"joined_since": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})}

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["seen"].initial = seen_as(self.instance)
        self.fields["form_key"].initial = None if self.instance.pk else uuid4()
        went_out = Newsletter.objects.exclude(mailing=None)
        for name in ("got", "did_not_get"):
            self.fields[name].queryset = went_out  # type: ignore[attr-defined]
            self.fields[name].empty_label = _("no matter")  # type: ignore[attr-defined]
        self.fields |= dict(self.article_fields())

    def article_fields(self) -> Iterator[tuple[str, forms.ModelChoiceField]]:
        chosen = list(self.instance.entries.values_list("article", flat=True)) if self.instance.pk else []
        # What stops an issue is not offered; chosen before that, it stays until somebody takes it out.
        published = Article.objects.published()
        articles = Article.objects.select_related("live_revision")
        offered = articles.filter(Q(pk__in=without_taken_back(published)) | Q(pk__in=chosen))
        for number in range(1, MOST_ARTICLES + 1):
            yield (
                f"article_{number}",
                forms.ModelChoiceField(
                    offered,
                    label=_("Article %d") % number,
                    required=False,
                    empty_label=_("none"),
                    initial=chosen[number - 1] if len(chosen) >= number else None,
                ),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk and not (self.is_of_now(cleaned) or self.says_what_stands()):
            self.add_error(None, self.changed_meanwhile())
        chosen = self.articles()
        if len(set(chosen)) < len(chosen):
            self.add_error(None, _("One article is in it twice."))
        return cleaned

    def is_of_now(self, cleaned: dict[str, Any]) -> bool:
        """Also the page on which it was begun, as long as nothing but that page was saved."""
        here = Newsletter.objects.get(pk=self.instance.pk)
        was_begun_here = here.form_key is not None and cleaned.get("form_key") == here.form_key
        saved = here.events.filter(kind=NewsletterEvent.Kind.SAVED)
        from_here = saved.filter(data__form_key=str(here.form_key))
        return cleaned.get("seen") == seen_as(here) or (was_begun_here and saved.count() == from_here.count())

    def says_what_stands(self) -> bool:
        """A second click: word for word what is saved, so that nothing is undone by it."""
        is_read_now = self.fields["seen"].initial == seen_as(Newsletter.objects.get(pk=self.instance.pk))
        return is_read_now and not {*self.changed_data} - OF_THE_PAGE

    def changed_meanwhile(self) -> Any:
        last = self.instance.events.filter(kind=NewsletterEvent.Kind.SAVED).first()
        return CHANGED_BY_YOU if last and last.actor == self.by.account else CHANGED_MEANWHILE

    def articles(self) -> list[Article]:
        found = (self.cleaned_data.get(f"article_{number}") for number in range(1, MOST_ARTICLES + 1))
        return [article for article in found if article]

    def facts(self) -> dict[str, Any]:
        """For save_newsletter."""
        return {name: self.cleaned_data[name] for name in (*WORDS, *SEGMENT, "form_key")}

    def words_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in WORDS]

    def articles_fields(self) -> list[forms.BoundField]:
        return [self[f"article_{number}"] for number in range(1, MOST_ARTICLES + 1)]

    def segment_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in SEGMENT]


class LaunchForm(forms.Form):
    sha256 = forms.CharField(required=False, widget=forms.HiddenInput)
    # The same for each click on this page: of a test, which somebody may well want again.
    page = forms.UUIDField(required=False, widget=forms.HiddenInput)
    at = ClinicTime(label=_("Send it at"), said=_("Empty: in a minute, in which you can still take it back."))

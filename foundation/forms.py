"""What forms of several rooms share: those for visitors, and the fields that staff write longer texts in."""

from collections.abc import Iterable
from copy import deepcopy
from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextField
from django.urls import reverse
from django.utils.functional import lazystr
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from foundation.addresses import PlainEmailField
from foundation.domains import COMMON_DOMAINS
from foundation.held import HeldReason
from foundation.models import ConsentWording

LONGEST_ADDRESS = 254
Kind = ConsentWording.Kind


class TypedText(forms.CharField):
    """Browsers post two characters for each end of a line; kept so, whatever is saved untouched would be changed."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if text else text


CHOOSE_AGAIN = _("Choose the file again: a browser does not keep it when a form is refused.")


class WithFile(forms.BaseForm):
    """A form whose file is lost when anything else of it is refused, which says so beside the field."""

    def full_clean(self) -> None:
        super().full_clean()
        for name, field in self.fields.items() if self.errors else ():
            if isinstance(field, forms.FileField) and name not in self.errors and self.files.get(self.add_prefix(name)):
                self.add_error(name, CHOOSE_AGAIN)


# For `formfield_overrides` of every admin that has a text to write in.
TYPED_TEXT: dict[Any, Any] = {TextField: {"form_class": TypedText}}


class WordingText:
    """The current wording of a kind, read when the page is rendered: checking a post needs no database."""

    def __init__(self, kind: str, otherwise: Any) -> None:
        self.kind = kind
        self.otherwise = otherwise

    def __str__(self) -> str:
        wording = ConsentWording.objects.to_show(self.kind)
        return wording.text if wording else str(self.otherwise)


class Tick(forms.CheckboxInput):
    """Consent is the tick that our form sends; "no", "off" or "0" in its place is none."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> bool:
        return data.get(name) == "on"


class HowWeKeepIt:
    """The link beside a consent, written when it is shown: whoever checks a post only asks whether there is one."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def __str__(self) -> SafeString:
        return format_html(
            # In a new tab: leaving the form for it would lose what was typed.
            '<a href="{}#wording-{}" target="_blank" rel="noopener">{}</a>',
            reverse("articles:privacy"),
            self.kind,
            _("How we keep what you write (opens in a new tab)"),
        )


def consent_field(kind: str, *, otherwise: Any, required: bool, refusal: Any = "") -> forms.BooleanField:
    return forms.BooleanField(
        label=lazystr(WordingText(kind, otherwise)),
        required=required,
        widget=Tick,
        error_messages={"required": refusal},
        help_text=cast(str, HowWeKeepIt(kind)),
    )


def email_field() -> PlainEmailField:
    return PlainEmailField(
        label=_("E-mail address"),
        max_length=LONGEST_ADDRESS,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "data-suggest-domain": ",".join(COMMON_DOMAINS)}),
        error_messages={
            "required": _("Write your e-mail address, so that we can answer."),
            "invalid": _("This e-mail address is not complete. It should look like name@example.com."),
            "max_length": _("This e-mail address is too long. Please check it."),
        },
    )


class ShownNow(forms.CharField):
    """A hidden field whose page, when it comes back, says what it shows by then and not what it showed before."""

    widget = forms.HiddenInput

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial


class Lent(dict[str, Any]):
    """Fields that are the class's own where Django would copy them, which takes as long as to check what was typed."""

    def __deepcopy__(self, memo: Any) -> dict[str, Any]:
        return dict(self)


class PublicForm(forms.Form):
    """Keeps what was typed, sets no cookie, and takes the hidden fields from wherever it stands."""

    title: Any = ""
    slug = ""
    submit_label: Any = ""
    action: Any = ""
    wording_kinds: Iterable[str] = ()

    source_path = forms.CharField(required=False, widget=forms.HiddenInput)
    wording = ShownNow(required=False)
    language = forms.CharField(required=False, widget=forms.HiddenInput)
    # People do not see it and no browser fills it in; robots fill in whatever they find.
    leave_this_empty = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        hidden = {"wording": WordingNumbers(self.wording_kinds), "language": get_language()}
        if data is not None:
            vars(self)["base_fields"] = Lent(self.base_fields)
        # Two forms stand on one page, so each has its own ids; a prefix would change the posted names.
        super().__init__(data, initial={**hidden, **(initial or {})}, auto_id=f"{self.slug}_%s")
        self.use_required_attribute = False

    @classmethod
    def asked(cls) -> list[str]:
        """Every field that a visitor answers. Derived, so that none is shown, answered and then dropped in silence."""
        return [name for name in cls.base_fields if name not in PublicForm.base_fields]

    def _clean_fields(self) -> None:
        """As Django does it, but without a BoundField of each field, which only whoever shows the form needs."""
        for name, field in self.fields.items():
            try:
                self.cleaned_data[name] = self._clean_field(name, field)
                if own := getattr(self, f"clean_{name}", None):
                    self.cleaned_data[name] = own()
            except ValidationError as error:
                self.add_error(name, error)

    def _clean_field(self, name: str, field: Any) -> Any:
        """Those that ask for more than what was posted have theirs all the same."""
        if field.disabled or isinstance(field, forms.FileField):
            return field._clean_bound_field(self[name])
        return field.clean(field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name)))

    def _take_own_fields(self) -> None:
        """What shows a form writes into its fields."""
        if vars(self).pop("base_fields", None) is not None:
            self.fields = deepcopy(self.base_fields)
            vars(self)["_bound_fields_cache"] = {}

    @property
    def helper(self) -> FormHelper:
        self._take_own_fields()
        helper = FormHelper()
        helper.disable_csrf = True
        helper.form_action = self.action
        helper.form_id = f"{self.slug}-form"
        helper.attrs = {
            "data-hx-post": self.action,
            "data-hx-target": f"#{self.slug}-panel",
            "data-hx-swap": "outerHTML",
            "novalidate": "",
        }
        helper.form_show_errors = True
        helper.layout = Layout(
            *self.layout(),
            Div("leave_this_empty", css_class="trap", aria_hidden="true"),
            "source_path",
            "wording",
            "language",
            Submit("", self.submit_label, css_class="button", css_id=f"{self.slug}_submit"),
            HTML('<p class="sending" role="status"></p>'),
        )
        return helper

    def layout(self) -> list[Any]:
        raise NotImplementedError

    def suspicion(self) -> str:
        """The HeldReason why staff should look before anything is mailed; empty for nearly everybody."""
        return HeldReason.HIDDEN_FIELD.value if self.cleaned_data["leave_this_empty"] else ""

    def shown_wordings(self, kinds: Iterable[str]) -> dict[str, ConsentWording]:
        """By kind, the wordings that stood beside the boxes that were ticked."""
        typed = self.shown_numbers()
        numbers = {kind: typed.get(kind, "") for kind in kinds}
        return ConsentWording.objects.all_shown(
            {kind: int(number) if number.isdecimal() and len(number) < 6 else None for kind, number in numbers.items()}
        )

    def shown_numbers(self) -> dict[str, str]:
        """By kind, of the wordings that the page showed, as it posted them."""
        return dict(part.rpartition("-")[::2] for part in self.data.get("wording", "").split())


# In place of the address of the page: the rest of the panel is the same on all of them.
HERE = "/where-this-form-stands/"


def panel_at(path: str, panel: str) -> SafeString:
    return mark_safe(panel.replace(HERE, escape(path)))  # noqa: S308 - a template has made it


class WordingNumbers:
    """The hidden field that says which wordings were shown, such as "contact-1 newsletter-1"."""

    def __init__(self, kinds: Iterable[str]) -> None:
        self.kinds = kinds

    def __str__(self) -> str:
        wordings = [ConsentWording.objects.to_show(kind) for kind in self.kinds]
        return " ".join(f"{wording.kind}-{wording.number}" for wording in wordings if wording)

from typing import Any

from crispy_forms.layout import HTML, Div
from django import forms
from django.forms.utils import flatatt
from django.urls import reverse_lazy
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles.models import Topic
from enquiries import countries, rules
from enquiries.actions.intake import Submission
from foundation.forms import PublicForm, consent_field, email_field
from foundation.models import ConsentWording

Kind = ConsentWording.Kind
NO_ANSWER = ("", _("Prefer not to say"))
FOR_WHOM = [
    NO_ANSWER,
    ("myself", _("Myself")),
    ("family", _("Somebody in my family")),
    ("friend", _("A friend")),
    ("patient", _("A patient of mine")),
]
CONTACT_BY = [("", _("E-mail or telephone")), ("email", _("E-mail only")), ("phone", _("Telephone"))]


def topic_choices() -> list[tuple[str, Any]]:
    return [NO_ANSWER, *Topic.objects.choices()]


class OpenSelect(forms.Select):
    """Offers a posted value that is not on the list, as typed: an error elsewhere must not lose it."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = str(value or "")
        options = [(str(code), label) for code, label in self.choices]
        if chosen not in dict(options):
            options.append((chosen, chosen))
        rows = ((code, " selected" * (code == chosen), label) for code, label in options)
        return format_html(
            "<select{}>{}</select>",
            flatatt(self.build_attrs({"name": name, **self.attrs}, attrs)),
            format_html_join("", countries.OPTION, rows),
        )


class MessageField(forms.CharField):
    widget = forms.Textarea

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No maxlength: a browser would cut off what is pasted over the limit; we say so instead."""
        return {}

    def to_python(self, value: Any) -> str:
        # Browsers post a line break as two characters, and count it as one beside the field.
        return super().to_python((value or "").replace("\r\n", "\n")) or ""


def choice(label: Any, choices: Any, **attrs: str) -> forms.CharField:
    """A select that refuses nobody: a value that we do not know is kept as it came."""
    return forms.CharField(label=label, required=False, widget=OpenSelect(choices=choices, attrs=attrs))


class PacketForm(PublicForm):
    title = _("Request Information Packet")
    slug = "packet"
    submit_label = _("Send me the packet")
    action = reverse_lazy("enquiries:request-packet")
    wording_kinds = (Kind.PACKET, Kind.ANSWER, Kind.NEWSLETTER)

    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": _("Write your name, or what we may call you."),
            "max_length": _("This name is too long for us: 200 letters at most."),
        },
    )
    email = email_field()
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        error_messages={"max_length": _("Write one telephone number, 40 characters at most.")},
    )
    country = forms.CharField(
        label=_("Country"),
        required=False,
        widget=countries.CountrySelect(nothing=NO_ANSWER[1], attrs={"autocomplete": "country"}),
    )
    for_whom = choice(_("Who is it for?"), FOR_WHOM)
    topic = choice(_("Topic of interest"), topic_choices)
    message = MessageField(
        label=_("Message"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4, "data-count-to": "500"}),
        help_text=_(
            "Up to 500 characters. Please leave out medical records and ID or insurance numbers. "
            "This form is not for emergencies: in an emergency, call your local emergency number."
        ),
    )
    consent_packet = consent_field(
        Kind.PACKET,
        otherwise=_("I agree that the clinic keeps what I write here and sends me the information packet by e-mail."),
        required=True,
        refusal=_("Tick this box to agree that we keep what you write; without it we may not send the packet."),
    )
    consent_contact = consent_field(
        Kind.ANSWER, otherwise=_("I would also like the clinic to contact me about my question."), required=False
    )
    contact_by = choice(_("If so, how may we reach you?"), CONTACT_BY)
    consent_newsletter = consent_field(
        Kind.NEWSLETTER, otherwise=_("I would also like to receive the newsletter by e-mail."), required=False
    )

    def layout(self) -> list[Any]:
        return [
            Div("name", "email", css_class="pair"),
            HTML(f'<details class="more" open><summary>{_("More, if you like")}</summary>'),
            Div("phone", "country", css_class="pair"),
            Div("for_whom", "topic", css_class="pair"),
            "message",
            HTML("</details>"),
            "consent_packet",
            "consent_contact",
            "contact_by",
            "consent_newsletter",
        ]

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_of_older_page:
            self.errors.pop("consent_packet", None)

    @property
    def is_of_older_page(self) -> bool:
        """Up to 0.4 one box was about the packet and being contacted, and its wording said so."""
        shows_packet = Kind.PACKET in self.shown_numbers() or "consent_packet" in self.data
        return self.data.get("consent_contact") == "on" and not shows_packet

    @property
    def typed(self) -> dict[str, str]:
        return {name: self.data.get(name, "") for name in self.asked()}

    def suspicion(self) -> str:
        return super().suspicion() or rules.suspicion(self.typed)

    def submission(self, held_reason: str) -> Submission:
        kinds = self.ticked()
        wordings = self.shown_wordings(kinds.values())
        return Submission(
            fields=self.typed,
            packet_wording=wordings[kinds["packet"]],
            contact_wording=wordings.get(kinds.get("contact", "")),
            newsletter_wording=wordings.get(kinds.get("newsletter", "")),
            held_reason=held_reason,
            source_path=self.cleaned_data["source_path"],
            language=self.cleaned_data["language"],
        )

    def ticked(self) -> dict[str, str]:
        """By box, the kind of wording that stood beside it."""
        older = self.is_of_older_page
        kinds = {
            "packet": Kind.CONTACT if older else Kind.PACKET,
            "contact": Kind.CONTACT if older else Kind.ANSWER,
            "newsletter": Kind.NEWSLETTER,
        }
        return {box: kind for box, kind in kinds.items() if box == "packet" or self.cleaned_data[f"consent_{box}"]}

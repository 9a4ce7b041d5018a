from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from foundation.forms import PublicForm, consent_field, email_field
from foundation.models import ConsentWording

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

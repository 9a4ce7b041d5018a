"""What staff write to a lead, by a template that was approved, and how such a template comes about."""

import uuid
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from enquiries import stops
from enquiries.actions.events import note_event
from enquiries.actions.leads import locked, move_lead
from enquiries.emails import LEAD_MAIL
from enquiries.models import ContactChoice, Lead, LeadEvent, LeadMail, LeftOut, MailTemplate, contact_choice
from enquiries.models.merges import together
from foundation.actors import Actor
from mailings.actions import queue_email
from mailings.models import OutgoingEmail, Why

Kind = LeadEvent.Kind

# A second click is a slip, not a wish for a second mail.
PAUSE = timedelta(minutes=10)


@transaction.atomic
def send_template(
    *,
    lead: Lead,
    template: MailTemplate,
    by: Actor,
    bulk: bool = False,
    key: str | None = None,
    version: int | None = None,
) -> LeadMail:
    """Raises ValidationError when it may not go out. The same key for one lead gives the mail that is already there.

    bulk: to many at once, which is no answer to one of them.
    """
    found = locked(lead, version)
    dedupe_key = f"lead-mail:{found.pk}:{key or uuid.uuid4()}"
    known = LeadMail.objects.filter(outgoing__dedupe_key=dedupe_key).first()
    if known:
        return known
    reason = why_not(found, template)
    if reason:
        raise reason
    mail = _queue(found, template, by, dedupe_key)
    data: dict[str, Any] = {"outgoing": str(mail.outgoing.uuid), "template": template.pk}
    data["bulk" if bulk else "answers_when_sent"] = True
    note_event(found, LeadEvent.Kind.MAIL, by=by, text=template.name, **data)
    return mail


@transaction.atomic
def note_mail_sent(*, outgoing: OutgoingEmail) -> None:
    """It went out: whoever waited for a first answer has it, as whom they live on in by now."""
    mail = LeadMail.objects.select_related("lead", "by").filter(outgoing=outgoing).first()
    if mail is None or mail.by is None or mail.lead.survivor().erased_at:
        return
    uuid_of_it = str(outgoing.uuid)
    # Written while they were one with another, it stands there, also when the two are apart by now.
    where = {mail.lead_id, *(merge.lead for merge in together(mail.lead_id))}
    written = LeadEvent.objects.filter(lead__in=where, kind=Kind.MAIL, data__outgoing=uuid_of_it)
    if written.filter(data__answers_when_sent=True).exists():
        lead = mail.lead.survivor()
        note_event(lead, Kind.MAIL_SENT, by=mail.by, outgoing=uuid_of_it)
        # A colleague may have closed it at this moment, and the mail is sent all the same.
        with suppress(ValidationError), transaction.atomic():
            if locked(lead).stage == Lead.Stage.NEW:
                move_lead(lead=lead, stage=Lead.Stage.CONTACTED, by=mail.by)


def _queue(lead: Lead, template: MailTemplate, by: Actor, dedupe_key: str) -> LeadMail:
    address, language = lead.mail_address or "", template.language
    outgoing = queue_email(kind=LEAD_MAIL, address=address, dedupe_key=dedupe_key, language=language)
    return LeadMail.objects.create(lead=lead, template=template, outgoing=outgoing, by=by.account)


def why_not(lead: Lead, template: MailTemplate) -> ValidationError | None:
    """Why this template cannot go to this lead now; None when it can."""
    why = stops.why_not(lead) or not_asked_for(lead)
    if why:
        return ValidationError(why.label, code=why.value)
    if not MailTemplate.objects.approved().filter(pk=template.pk).exists():
        words = _("“%(template)s” is not approved, or was retired. Choose another template.")
        return ValidationError(words % {"template": template}, code=LeftOut.NOT_APPROVED)
    sent = LeadMail.objects.filter(lead__in=lead.family(), template=template)
    recent = sent.filter(created_at__gt=timezone.now() - PAUSE)
    if recent.exists():
        words = _("“%(template)s” went to this person within the last ten minutes.")
        return ValidationError(words % {"template": template}, code=LeftOut.HAD_IT_JUST_NOW)
    return None


def not_asked_for(lead: Lead) -> Why | None:
    return against_templates(contact_choice(lead))


def against_templates(choice: ContactChoice | None) -> Why | None:
    return Why.NO_CONTACT_WANTED if choice == ContactChoice.NONE else None


@transaction.atomic
def approve_template(*, template: MailTemplate, by: Actor, seen: str = "") -> MailTemplate:
    """From now on staff can send it, in place of its earlier editions. Approving again changes nothing.

    seen: the fingerprint of the template that they looked at. Raises ValidationError when it reads otherwise by now.
    """
    found = _locked_template(template)
    if found.approved_at is None:
        if seen and seen != found.fingerprint:
            raise ValidationError(_("Somebody changed this template meanwhile. Read it again, then approve it."))
        found.full_clean()
        found.approved_at, found.approved_by = timezone.now(), by.account
        found.save(update_fields=["approved_at", "approved_by"])
        earlier = MailTemplate.objects.approved().filter(name=found.name, number__lt=found.number)
        earlier.update(retired_at=found.approved_at)
    return found


@transaction.atomic
def retire_template(*, template: MailTemplate) -> MailTemplate:
    """Nobody sends it any more; what is on its way arrives. Retiring again changes nothing."""
    found = _locked_template(template)
    if found.is_approved:
        found.retired_at = timezone.now()
        found.save(update_fields=["retired_at"])
    return found


@transaction.atomic
def new_edition(*, template: MailTemplate) -> MailTemplate:
    """A draft with the same words and the next number, or the draft that there is already."""
    editions = MailTemplate.objects.select_for_update().filter(name=template.name).order_by("-number")
    newest = editions[0]
    if newest.approved_at is None:
        return newest
    words = {field: getattr(template, field) for field in ("name", "language", "subject", "body")}
    return MailTemplate.objects.create(number=newest.number + 1, **words)


def _locked_template(template: MailTemplate) -> MailTemplate:
    return MailTemplate.objects.select_for_update(of=("self",)).get(pk=template.pk)

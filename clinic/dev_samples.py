"""Every kind of mail with awkward data, for the gallery: real rows by the real actions, then rolled back."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib.auth.models import Group
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from articles.models import Article
from clinic import audit
from clinic.accounts.mails import STAFF_INVITATION, queue_account_mail, send_link, tell_owner
from clinic.models import AuditEvent, ReviewReminder, StaffInvitation, StaffUser
from clinic.review_reminders import REVIEW_DUE
from enquiries.actions import (
    assign_lead,
    choose_digest,
    choose_reminders,
    request_packet,
    send_template,
    set_next_action,
    write_digest,
    write_reminder,
)
from enquiries.actions.intake import Submission
from enquiries.actions.notices import queue_notice
from enquiries.emails import LEAD_ASSIGNED, PACKET_FAILED, STAFF_NOTICE
from enquiries.models import Enquiry, MailTemplate, Packet, StaffNotice
from foundation.actors import JOB
from foundation.held import HeldReason
from foundation.models import ClinicProfile, ConsentWording
from mailings.actions import queue_email
from mailings.emails import PROVIDER_PAUSED, kinds, written
from mailings.models import Mailing, OutgoingEmail, ProviderPause
from newsletters.actions import (
    confirm_subscription,
    hold_subscribers,
    import_subscribers,
    request_newsletter,
    save_newsletter,
    send_test,
)
from newsletters.actions.imports import Row
from newsletters.emails import CHECK, DIGEST, INVITE, NEWSLETTER
from newsletters.models import (
    Digest,
    DigestRecipient,
    Newsletter,
    NewsletterRecipient,
    Subscriber,
    SubscriberImport,
)
from newsletters.snapshots import as_text, fingerprint, snapshot

About = StaffNotice.About
CLINICS = {
    "awkward": {
        "name": 'Zoë O\'Brien & Sons, "Inc"',
        "postal_address": "<b>Zoë</b> & Co.\nc/o O'Brien, 2 > 1 Street\nNew York",
        "phone": '+1 (212) 555-0142 & "7" <8>',
        "hours": "Monday & Friday, <9 to 5>",
        "newsletter_intro": 'It\'s news & "updates".\nAbout <once> a month.',
    },
    "long": {
        "name": "Bürgerkrankenhausverwaltungsgesellschaft" * 2,
        "postal_address": "Avenue-of-the-Very-Long-Names-" * 8,
        "phone": "+1 (212) 555-0142 extension 1234567890",
        "hours": "Monday to Friday, 9 a.m. to 5 p.m., and on the first Saturday of each month. " * 2,
        "newsletter_intro": "A sentence that does not want to end, about what we send and how often we send it. " * 12,
    },
    "bare": {"name": "A", "postal_address": "", "phone": "", "hours": "", "newsletter_intro": ""},
}


def address() -> str:
    """Never the same, so that no limit or suppression of this database meets it."""
    return f"zoe.o'brien+{uuid.uuid4().hex}@{'long-' * 10}label.example"


def enquiry(held_reason: str = "") -> Enquiry:
    fields = {"name": "Zoë O'Brien & Sons", "email": address(), "message": "A <b>message</b> & more"}
    submission = Submission(
        fields=fields,
        packet_wording=ConsentWording.objects.current(ConsentWording.Kind.PACKET),
        contact_wording=ConsentWording.objects.current(ConsentWording.Kind.ANSWER),
        newsletter_wording=None,
        held_reason=held_reason,
    )
    return request_packet(submission=submission)


def packet(carriage: str) -> OutgoingEmail:
    delivery = enquiry().deliveries.select_related("outgoing", "version__packet").get()
    Packet.objects.filter(pk=delivery.version.packet_id).update(carriage=carriage)
    return delivery.outgoing


def staff_notice() -> OutgoingEmail:
    return notice(About.ENQUIRY, enquiry=enquiry())


def held_notice(count: int) -> OutgoingEmail:
    # Those of this database too: the notice says how many there are.
    for _number in range(count):
        enquiry(held_reason=HeldReason.HIDDEN_FIELD)
    return notice(About.HELD)


def packet_failed() -> OutgoingEmail:
    delivery = packet(Packet.Carriage.BOTH).packet_delivery
    return notice(About.PACKET, PACKET_FAILED, delivery=delivery)


def lead_mail(number: int) -> OutgoingEmail:
    """Of a few texts that may be sent now; the same again where there are fewer."""
    texts = MailTemplate.objects.approved().order_by("pk")
    lead = enquiry().lead
    assert lead  # noqa: S101
    sender = StaffUser.objects.create_user(address(), name="Åsa O'Neill <Coordinator>")
    return send_template(lead=lead, template=texts[number % texts.count()], by=sender).outgoing


def lead_assigned(count: int) -> OutgoingEmail:
    owner = staff_account()
    owner.groups.set(Group.objects.filter(name="coordinator"))
    for _number in range(count):
        enquired = enquiry().lead
        assert enquired  # noqa: S101
        assign_lead(lead=enquired, owner=owner, by=JOB)
    return OutgoingEmail.objects.get(kind=LEAD_ASSIGNED, email=owner.email)


def digest() -> OutgoingEmail:
    reader = staff_account()
    reader.groups.set(Group.objects.filter(name="coordinator"))
    choose_digest(account=reader, wanted=True)
    enquired = enquiry().lead
    assert enquired  # noqa: S101
    assign_lead(lead=enquired, owner=reader, by=JOB)
    return write_digest(account=reader, day=ClinicProfile.objects.current().today())


def reminder() -> OutgoingEmail:
    reader = staff_account()
    reader.groups.set(Group.objects.filter(name="coordinator"))
    choose_reminders(account=reader, wanted=True)
    lead = enquiry().lead
    assert lead  # noqa: S101
    at = timezone.now() + timedelta(minutes=10)
    day = at.astimezone(ClinicProfile.objects.current().zone).date()
    planned = set_next_action(lead=lead, next_action="Call", next_action_on=day, next_action_at=at, by=JOB)
    return write_reminder(assign_lead(lead=planned, owner=reader, by=JOB)).outgoing


def notice(about: StaffNotice.About, kind: str = STAFF_NOTICE, **cause: Any) -> OutgoingEmail:
    return queue_notice(kind=kind, about=about, address="staff@clinic.example", key="of-a-sample", **cause)


def provider_paused() -> OutgoingEmail:
    outgoing = queue_email(kind=PROVIDER_PAUSED, address="staff@clinic.example", dedupe_key="of-a-sample")
    provider = f"{outgoing.uuid}.example"
    ProviderPause.objects.create(provider=provider, paused_at=timezone.now(), reply="550 listed", notice=outgoing)
    return outgoing


def confirmation() -> OutgoingEmail:
    wording = ConsentWording.objects.current(ConsentWording.Kind.NEWSLETTER)
    return OutgoingEmail.objects.get(confirms=request_newsletter(address=address(), wording=wording))


def welcome() -> OutgoingEmail:
    asked = confirmation()
    confirm_subscription(confirmation=asked.uuid)
    return OutgoingEmail.objects.get(welcomes__confirmation=asked)


def invitation() -> OutgoingEmail:
    told = {"file_name": "old-list.csv", "how": SubscriberImport.How.INVITATION}
    invited = address()
    import_subscribers(held=hold_subscribers(rows=[Row(1, invited)], by=staff_account(), **told), by=JOB)
    return OutgoingEmail.objects.get(kind=INVITE, email=invited)


# No issue goes out with one of these.
OVERTURNED = Q(live_revision__content__newer_evidence__contains=[{"effect": "overturns"}])


def issue() -> Newsletter:
    ClinicProfile.objects.filter(postal_address="").update(postal_address="1 Example Street")
    return save_newsletter(
        by=StaffUser.objects.create_superuser(address()),
        articles=Article.objects.published().exclude(OVERTURNED).order_by("pk")[:4],
        subject="Zoë O'Brien & Sons: <what> we read",
        preheader='"Two" studies & <more>',
        introduction="Hello & **welcome**.\n\n- One\n- Two",
    )


def newsletter() -> OutgoingEmail:
    """To one who confirmed, as the launch writes it; that of a month has one of its own."""
    asked, found = confirmation(), issue()
    confirm_subscription(confirmation=asked.uuid)
    subscriber = asked.confirms
    outgoing = queue_email(kind=NEWSLETTER, address=subscriber.email, dedupe_key=f"of-a-sample-{found.pk}")
    text = as_text(snapshot(found))
    approver = StaffUser.objects.create_superuser(address())
    approved = {"frozen": text, "frozen_sha256": fingerprint(text), "approved_by": approver}
    name = {"number": 10**6 + found.pk, "slug": f"sample-{found.pk}"}
    moves: list[dict[str, Any]] = [
        {"state": "approved", "approved_at": timezone.now(), **approved},
        {"state": "scheduled", "launched_by": approver, "scheduled_for": timezone.now()},
        {"state": "sending", "mailing": Mailing.objects.create(), "candidates": 1, **name},
    ]
    NewsletterRecipient.objects.create(newsletter=found, subscriber=subscriber, outgoing=outgoing)
    for move in moves:
        Newsletter.objects.filter(pk=found.pk).update(**move)
    return outgoing


def newsletter_digest() -> OutgoingEmail:
    """Of the issue of the sample before it."""
    single = NewsletterRecipient.objects.select_related("newsletter", "subscriber").get(outgoing=newsletter())
    outgoing = queue_email(kind=DIGEST, address=single.outgoing.email, dedupe_key="of-a-sample-month")
    Subscriber.objects.filter(received=single).update(rhythm=Subscriber.Rhythm.MONTHLY)
    Newsletter.objects.filter(pk=single.newsletter_id).update(state="sent", sent_at=timezone.now())
    DigestRecipient.objects.create(
        digest=Digest.objects.create(month=timezone.now().date().replace(day=1), mailing=Mailing.objects.create()),
        subscriber=single.subscriber,
        outgoing=outgoing,
        issues=[single.newsletter_id],
    )
    return outgoing


def newsletter_test() -> OutgoingEmail:
    return send_test(newsletter=issue(), by=StaffUser.objects.create_superuser(address()))


def newsletter_check() -> OutgoingEmail:
    return queue_email(kind=CHECK, address="staff@clinic.example", dedupe_key="of-a-sample-check")


def password_reset() -> OutgoingEmail:
    account = staff_account()
    return send_link(audit.note(AuditEvent.Kind.PASSWORD_RESET_ASKED, about=f"account {account.pk}"), account)


def staff_invitation() -> OutgoingEmail:
    account = StaffUser.objects.create(email=address(), is_active=False)
    StaffInvitation.objects.create(account=account, invited_by=staff_account())
    event = audit.note(AuditEvent.Kind.STAFF_INVITED, about=f"account {account.pk}")
    return queue_account_mail(STAFF_INVITATION, account.email, "of-a-sample-invitation", account, event)


def account_notice(kind: AuditEvent.Kind) -> OutgoingEmail:
    account = staff_account()
    return tell_owner(audit.note(kind, by=account, about=f"account {account.pk}"), account)


def review_due(days: int) -> OutgoingEmail:
    # Each of its own article, for it is wanted only while that is due on this day.
    article = Article.objects.published().order_by("pk")[min(days, 1)]
    due_on = ClinicProfile.objects.current().today() + timedelta(days=days)
    Article.objects.filter(pk=article.pk).update(review_due_on=due_on)
    outgoing = queue_email(kind=REVIEW_DUE, address="staff@clinic.example", dedupe_key=f"of-a-sample-{days}")
    ReviewReminder.objects.create(outgoing=outgoing, article=article, due_on=due_on)
    return outgoing


def staff_account() -> StaffUser:
    return StaffUser.objects.create_user(address())


SAMPLES: dict[str, Callable[[], OutgoingEmail]] = {
    "packet-both": partial(packet, Packet.Carriage.BOTH),
    "packet-attached": partial(packet, Packet.Carriage.ATTACHED),
    "packet-linked": partial(packet, Packet.Carriage.LINKED),
    "staff_notice": staff_notice,
    "staff_notice-many": partial(notice, About.ENQUIRIES),
    "staff_notice-held": partial(held_notice, 1),
    "staff_notice-many-held": partial(held_notice, 3),
    "packet_failed": packet_failed,
    "packet_failed-many": partial(notice, About.PACKETS, PACKET_FAILED),
    "provider_paused": provider_paused,
    "lead_mail-1": partial(lead_mail, 0),
    "lead_mail-2": partial(lead_mail, 1),
    "lead_mail-3": partial(lead_mail, 2),
    "lead_assigned": partial(lead_assigned, 1),
    "lead_assigned-many": partial(lead_assigned, 3),
    "digest": digest,
    "reminder": reminder,
    "newsletter_confirm": confirmation,
    "newsletter_invite": invitation,
    "newsletter_welcome": welcome,
    "newsletter": newsletter,
    "newsletter_digest": newsletter_digest,
    "newsletter_test": newsletter_test,
    "newsletter_check": newsletter_check,
    "password_reset": password_reset,
    "staff_invitation": staff_invitation,
    "account_notice-password": partial(account_notice, AuditEvent.Kind.PASSWORD_CHANGED),
    "account_notice-address": partial(account_notice, AuditEvent.Kind.ACCOUNT_CHANGED),
    "account_notice-factor": partial(account_notice, AuditEvent.Kind.FACTOR_ADDED),
    "review_due": partial(review_due, 30),
    "review_due-now": partial(review_due, 0),
    "account_notice-codes": partial(account_notice, AuditEvent.Kind.RECOVERY_CODES_MADE),
}


def without_sample() -> list[str]:
    """The registered kinds of mail that the gallery forgets."""
    shown = {sample.partition("-")[0] for sample in SAMPLES}
    return sorted(kinds.keys() - shown)


def render(clinic: str, sample: str) -> EmailMultiAlternatives:
    """The mail as delivery would send it, of a clinic with such data; leaves no row behind."""
    with transaction.atomic():
        try:
            ClinicProfile.objects.update_or_create(pk=1, defaults=CLINICS[clinic])
            outgoing = SAMPLES[sample]()
            return written(outgoing)
        finally:
            transaction.set_rollback(True)

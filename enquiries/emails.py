"""The mails of this room: the packet, what staff write to a lead, and the notices to staff."""

from datetime import timedelta
from email.headerregistry import Address
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enquiries import stops
from enquiries.causes import bears_their_clinics_name, delivery_of, keep_off_the_demo, may_go_again
from enquiries.models import (
    ContactChoice,
    Digest,
    Enquiry,
    Lead,
    LeadEvent,
    LeadMail,
    MailTemplate,
    Packet,
    PacketDelivery,
    PacketVersion,
    Reminder,
    StaffNotice,
    contact_choice,
    digest_readers,
    ended_packet,
    mail_failed,
    new_and_unassigned,
    possible_owners,
    reminder_readers,
    where_mentioned,
)
from enquiries.models.mail_templates import PLACEHOLDER
from enquiries.renditions import came_from, rendition
from enquiries.rules import LINK
from enquiries.words import by_when
from foundation import counts
from foundation.actors import Actor
from foundation.models import ClinicProfile, RequiredNotice
from foundation.staff import works_here
from mailings.emails import absolute, by_a_person, compose, compose_alike, one_line, register, token_url
from mailings.models import OutgoingEmail
from newsletters.models import Subscriber

PACKET = "packet"
STAFF_NOTICE = "staff_notice"
PACKET_FAILED = "packet_failed"
LEAD_MAIL = "lead_mail"
LEAD_ASSIGNED = "lead_assigned"
DIGEST = "digest"
REMINDER = "reminder"
# Two transactions see the same moment by clocks that differ a little, and neither sees the other's end.
MARGIN = timedelta(minutes=1)
# So late, whoever planned it has seen Today.
TOO_LATE = timedelta(minutes=15)
# A name as long as this is no name, and would fill a mail of ours with somebody's words.
LONGEST_NAME = 80

About = StaffNotice.About


def register_own_kinds() -> None:
    register(PACKET, label=_("information packet"), message=packet, still_wanted=packet_wanted, still_true=may_go_again)
    register(
        STAFF_NOTICE,
        label=_("notice to staff"),
        message=staff_notice,
        still_wanted=notice_wanted,
        to_staff=True,
    )
    register(
        PACKET_FAILED,
        label=_("notice of a missed packet"),
        message=packet_failed,
        still_wanted=notice_wanted,
        to_staff=True,
    )
    register(LEAD_MAIL, label=_("mail from staff"), message=lead_mail, still_wanted=lead_mail_wanted)
    register(
        LEAD_ASSIGNED,
        label=_("notice of a new lead"),
        message=lead_assigned,
        still_wanted=lambda outgoing: newly_owned(outgoing).exists(),
        to_staff=True,
    )
    register(REMINDER, label=_("reminder"), message=reminder, still_wanted=reminder_wanted, to_staff=True)
    register(DIGEST, label=_("mail of the morning"), message=digest, still_wanted=digest_wanted, to_staff=True)


def packet(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    """No word that the visitor typed is in it: such forms are used to mail strangers."""
    delivery = delivery_of(outgoing).delivery
    keep_off_the_demo(delivery)
    carriage = delivery.version.packet.carriage
    attached = carriage != Packet.Carriage.LINKED
    links = {
        "packet_url": packet_url(delivery) if carriage != Packet.Carriage.ATTACHED else "",
        "not_me_url": token_url("mailings:not-me", "not-me", outgoing.uuid),
    }
    notices = RequiredNotice.objects.mailed(RequiredNotice.Placement.PACKET)
    context = {**what_next(delivery), "attached": attached, "notices": notices}
    message = compose_alike(outgoing, PACKET, context, links)
    if attached:
        message.attach(file_name(delivery), pdf_for(delivery), "application/pdf")
    return message


def pdf_for(delivery: PacketDelivery) -> bytes:
    """The study first whose page they came from, where the version tells of it."""
    return pdf_of(delivery.version_id, delivery.version.sha256, came_from(delivery))


# Those that people come from just now, of 150 KB each, and the ones before.
@lru_cache(maxsize=32)
def pdf_of(version: int, sha256: str, slug: str) -> bytes:
    """Read once: an approved version never changes. By its digest, too, for what is not approved yet."""
    first = rendition(version, slug) if slug else None
    return first or bytes(PacketVersion.objects.values_list("pdf", flat=True).get(pk=version, sha256=sha256))


def what_next(delivery: PacketDelivery) -> dict[str, Any]:
    """By when somebody answers, by the clock that staff see; or that nobody does, for they never asked for it."""
    enquiry, lead = delivery.enquiry, delivery.lead.survivor()
    # What binds staff is what they said at any of their addresses, at any time.
    wants_no_answer = not _asks_for_answer(enquiry, lead) and contact_choice(lead) == ContactChoice.NONE
    waits = lead.is_open and lead.first_answered_at is None and not wants_no_answer
    asks_for_none = enquiry is not None and enquiry.consent_contact_id is None
    return {
        "wants_no_answer": wants_no_answer,
        "asked_before": asks_for_none and not wants_no_answer and not waits,
        "by_when": by_when(lead.first_answer_due_at if waits else None),
    }


def _asks_for_answer(enquiry: Enquiry | None, lead: Lead) -> bool:
    """With this very enquiry, as most do: then nothing else needs to be asked of them."""
    return enquiry is not None and enquiry.lead_id == lead.pk and enquiry.consent_contact_id is not None


def packet_url(delivery: PacketDelivery) -> str:
    return token_url("enquiries:packet", "packet", delivery.uuid)


def file_name(delivery: PacketDelivery) -> str:
    """The same for all: of a condition's own packet it would name the illness on a screen that others see."""
    return "information-packet.pdf"


def packet_wanted(outgoing: OutgoingEmail) -> bool:
    """Not after the person was erased or their mistyped address corrected; also to the address of a merged lead."""
    is_theirs = _is_theirs_alone(outgoing) or _is_theirs_among_others(outgoing)
    return is_theirs and bears_their_clinics_name(outgoing)


def _is_theirs_among_others(outgoing: OutgoingEmail) -> bool:
    theirs = Lead.objects.filter(deliveries__outgoing=outgoing)
    return is_theirs(outgoing, theirs) and not _wants_none(theirs)


def _wants_none(leads: QuerySet[Lead]) -> bool:
    return any(ended_packet(lead.survivor()) for lead in leads)


def _is_theirs_alone(outgoing: OutgoingEmail) -> bool:
    """Of nearly everybody: one address, to which it goes, and nothing stands against it."""
    try:
        found = delivery_of(outgoing)
    except PacketDelivery.DoesNotExist:
        return False
    return found.is_plain and found.delivery.lead.email == outgoing.email


def is_theirs(outgoing: OutgoingEmail, leads: QuerySet[Lead]) -> bool:
    theirs = [lead for lead in leads if any(member.email == outgoing.email for member in lead.family())]
    return any(stops.said_by_the_person(lead) is None for lead in theirs)


def staff_notice(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    """Says that somebody wrote and where to look; who and what stays behind the sign-in."""
    notice = StaffNotice.objects.select_related("enquiry__lead").get(outgoing=outgoing)
    if notice.about == About.HELD:
        return compose(outgoing, STAFF_NOTICE, {"url": absolute(held_list()), "held": held_count()})
    if notice.about == About.ENQUIRIES:
        path = reverse("admin:enquiries_lead_changelist")
        return compose(outgoing, STAFF_NOTICE, {"url": absolute(path), "held": 0, "many": True})
    assert notice.enquiry  # noqa: S101 - staffnotice_has_cause
    return compose(outgoing, STAFF_NOTICE, {"url": absolute(page_of(notice.enquiry)), "held": 0})


def page_of(enquiry: Enquiry) -> str:
    """Where it is answered: of a merged lead, the page of its survivor."""
    if enquiry.lead:
        return enquiry.lead.survivor().get_absolute_url()
    return reverse("admin:enquiries_enquiry_change", args=[enquiry.pk])


def held_list() -> str:
    if Enquiry.objects.held().exists():
        return f"{reverse('admin:enquiries_enquiry_changelist')}?verdict=held"
    return f"{reverse('admin:newsletters_subscriber_changelist')}?state__exact=held"


def held_count() -> int:
    """Enquiries and newsletter sign-ups that staff must decide about."""
    return Enquiry.objects.held().count() + Subscriber.objects.held().count()


def notice_wanted(outgoing: OutgoingEmail) -> bool:
    """Not when staff have looked at all of them meanwhile, nor when no row says what it tells of."""
    notice = StaffNotice.objects.filter(outgoing=outgoing).first()
    return notice is not None and (notice.about != About.HELD or held_count() > 0)


def packet_failed(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    """Says where to look; whose packet it was, and why it failed, stays behind the sign-in."""
    notice = StaffNotice.objects.select_related("delivery").get(outgoing=outgoing)
    if notice.about == About.PACKETS:
        path = f"{reverse('admin:enquiries_lead_changelist')}?packet=failed"
        return compose(outgoing, PACKET_FAILED, {"url": absolute(path), "many": True})
    assert notice.delivery  # noqa: S101 - staffnotice_has_cause
    path = reverse("admin:enquiries_lead_change", args=[notice.delivery.lead_id])
    return compose(outgoing, PACKET_FAILED, {"url": absolute(path), "many": False})


def lead_mail(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    found = LeadMail.objects.select_related("template", "lead", "by").get(outgoing=outgoing)
    subject, body = filled_in(found.template, found.lead, found.by)
    message = compose(outgoing, LEAD_MAIL, {"subject": subject, "body": body})
    message.reply_to = [answers_go_to(found.by)]
    return by_a_person(message)


def answers_go_to(sender: Actor) -> str:
    """Whoever wrote, while they work here; a comma or quote in their name must not break the header."""
    account = sender.account
    if account is None or not works_here(account):
        return settings.REPLY_TO
    return str(Address(one_line(account.name), addr_spec=account.email))


def filled_in(template: MailTemplate, lead: Lead, by: Actor) -> tuple[str, str]:
    """Subject and plain text, as the mail says them and as each preview shows them."""
    profile = ClinicProfile.objects.current()
    words = {
        "name": called(lead),
        "clinic": profile.name,
        "sender": (by.account and by.account.name) or gettext("Your coordinator"),
        "phone": profile.phone or settings.REPLY_TO,
    }

    def fill(text: str) -> str:
        return PLACEHOLDER.sub(lambda found: words[found[1]], text)

    return one_line(fill(template.subject)), fill(template.body).replace("\r\n", "\n").strip()


def called(lead: Lead) -> str:
    """What they call themselves, unless it is no name: a link typed there must not go out under ours."""
    name = one_line(lead.name)
    is_name = name and len(name) <= LONGEST_NAME and "@" not in name and not LINK.search(name)
    return name if is_name else gettext("there")


def lead_mail_wanted(outgoing: OutgoingEmail) -> bool:
    """As a packet, and while they want to be contacted: they may have taken it back since it was queued."""
    leads = Lead.objects.filter(pk__in=LeadMail.objects.filter(outgoing=outgoing).values("lead"))
    return is_theirs(outgoing, leads) and all(contact_choice(lead.survivor()) != ContactChoice.NONE for lead in leads)


def lead_assigned(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    """Counts when it is sent. Whose leads these are stays behind the sign-in."""
    leads = list(newly_owned(outgoing).values_list("pk", flat=True))
    if len(leads) == 1:
        path = reverse("admin:enquiries_lead_change", args=leads)
    else:
        # Also what is due later: most of what is given to somebody is.
        path = f"{reverse('admin:enquiries_lead_changelist')}?owner=me&due=all"
    return compose(outgoing, LEAD_ASSIGNED, {"url": absolute(path), "leads": len(leads)})


def newly_owned(outgoing: OutgoingEmail) -> QuerySet[Lead]:
    """What others gave to this owner since the last such mail, and what is still theirs; nothing after they left."""
    notice = StaffNotice.objects.filter(outgoing=outgoing).first()
    if notice is None:
        return Lead.objects.none()
    owner = possible_owners().filter(pk=notice.owner_id, email=outgoing.email)
    earlier = OutgoingEmail.objects.to(outgoing.email).filter(kind=LEAD_ASSIGNED, sent_at__isnull=False)
    last = earlier.exclude(pk=outgoing.pk).order_by("-created_at").first()
    since = (last.sent_at if last and last.sent_at else outgoing.created_at) - MARGIN
    given = LeadEvent.objects.filter(
        lead=OuterRef("pk"), kind=LeadEvent.Kind.OWNER, at__gt=since, data__owner=notice.owner_id
    ).exclude(actor=notice.owner_id)
    return Lead.objects.open().filter(Exists(given), owner__in=owner).order_by("pk")


class Figure(NamedTuple):
    """How many of a list wait, and where it is; never who."""

    label: str
    number: str
    url: str


class Waiting(NamedTuple):
    """A list of a morning, before anybody counts it. query: of the list of leads."""

    label: str
    rows: QuerySet[Lead]
    query: str


def waiting_for(account: Any) -> list[Waiting]:
    due = Lead.objects.due(ClinicProfile.objects.current().today())
    return [
        Waiting(gettext("You were mentioned"), where_mentioned(account.pk), "mentioned=me"),
        Waiting(gettext("Yours, due today or overdue"), due.filter(owner=account.pk), "owner=me&due=now"),
    ]


def waiting_for_all() -> list[Waiting]:
    today, leads = ClinicProfile.objects.current().today(), Lead.objects
    return [
        Waiting(gettext("Overdue"), leads.overdue(today), "due=overdue"),
        Waiting(gettext("Due today"), leads.due_today(today), "due=today"),
        Waiting(gettext("New and without an owner"), new_and_unassigned(), "stage=new&owner=nobody&came=asking"),
        Waiting(gettext("Packet or mail did not arrive"), mail_failed(), "packet=failed"),
    ]


def any_waits(lists: list[Waiting]) -> bool:
    """Without counting: whether there is a mail at all is asked of each account, and often."""
    return any(found.rows.exists() for found in lists)


def digest_figures(account: Any) -> list[Figure]:
    """Of each list that has some; nothing where nothing waits."""
    leads_list = absolute(reverse("admin:enquiries_lead_changelist"))
    counted = [(found, counts.count(found.rows)) for found in [*waiting_for(account), *waiting_for_all()]]
    return [
        Figure(found.label, counts.in_words(number), f"{leads_list}?{found.query}")
        for found, number in counted
        if number
    ]


def digest(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    """Counts when it is sent."""
    account = Digest.objects.select_related("account").get(outgoing=outgoing).account
    context = {"url": absolute(reverse("admin:index")), "account_url": absolute(reverse("account_index"))}
    return compose(outgoing, DIGEST, {"figures": digest_figures(account), **context})


def digest_wanted(outgoing: OutgoingEmail) -> bool:
    """Not after its day, nor when they left, want it no more, or nothing waits by now."""
    today = ClinicProfile.objects.current().today()
    found = Digest.objects.filter(outgoing=outgoing, day=today, account__in=digest_readers()).first()
    if found is None or found.account.email != outgoing.email:
        return False
    return any_waits(waiting_for(found.account)) or any_waits(waiting_for_all())


def reminder(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    """Says when; of whom, and what, stays behind the sign-in."""
    found = Reminder.objects.get(outgoing=outgoing)
    at = time_format(timezone.localtime(found.due_at, ClinicProfile.objects.current().zone))
    url = absolute(reverse("admin:enquiries_lead_change", args=[found.lead_id]))
    return compose(outgoing, REMINDER, {"at": at, "url": url, "account_url": absolute(reverse("account_index"))})


def reminder_wanted(outgoing: OutgoingEmail) -> bool:
    """While it is still to be done, at that time and by them."""
    still_so = Reminder.objects.filter(lead__owner=F("account"), lead__next_action_at=F("due_at"))
    theirs = still_so.filter(account__email=outgoing.email, account__in=reminder_readers())
    in_time = theirs.filter(outgoing=outgoing, due_at__gt=timezone.now() - TOO_LATE)
    return in_time.filter(lead__in=Lead.objects.open()).exists()

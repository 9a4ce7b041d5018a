"""What a new site opens with: the packet, made from the clinic's own profile, and three texts that staff may mail."""

from contextlib import suppress

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enquiries import packet_content, sources
from enquiries.actions import approve_template, approve_version, keep_look, save_version
from enquiries.documents import inputs, set_packet
from enquiries.documents.looks import contents_of, picture_of_page
from enquiries.models import MailTemplate, Packet, PacketContent, PacketVersion
from foundation.actors import JOB
from foundation.first_content import read
from foundation.models import ClinicProfile

MAIL_TEMPLATES = (
    (
        gettext_lazy("We tried to ring you"),
        gettext_lazy("We tried to reach you by telephone"),
        gettext_lazy(
            "Hello {name},\n\n"
            "You wrote to {clinic}, and I tried to ring you just now without reaching you. Nothing is urgent on our "
            "side.\n\n"
            "You can answer this mail and say when a call suits you and in which time zone you are, or reach us at "
            "{phone}. If you would rather write than talk, that is fine too. And if you no longer wish to hear from "
            "us, a word is enough.\n\n"
            "{sender}\n{clinic}"
        ),
    ),
    (
        gettext_lazy("What we need for a medical review"),
        gettext_lazy("What we need for a medical review"),
        gettext_lazy(
            "Hello {name},\n\n"
            "So that one of our physicians can look at your case, we need some of your medical records. Please send "
            "us what you have of these:\n\n"
            "- a summary or letter from your own doctor, with your diagnoses\n"
            "- a list of the medicines that you take, and of your allergies\n"
            "- reports of scans (MRI, CT, X-ray) of the last two years\n"
            "- blood tests of the last six months\n"
            "- reports of operations and of earlier treatments of this condition\n\n"
            "Not everybody has all of these. Send what you have, and say what is missing. Copies are enough; please "
            "keep the originals.\n\n"
            "Mail is not a safe way for medical records. Answer this mail or reach us at {phone}, and we tell you how "
            "to send them to us.\n\n"
            "A review does not mean that a treatment is right for you. It may end with our advice against one, and "
            "then we say so and why. Please change nothing in your present treatment because of this mail.\n\n"
            "{sender}\n{clinic}"
        ),
    ),
    (
        gettext_lazy("How a consultation works"),
        gettext_lazy("How a consultation at {clinic} works"),
        gettext_lazy(
            "Hello {name},\n\n"
            "You asked us how a consultation works. This is what to expect:\n\n"
            "1. We agree on a day and a time, and whether it is by telephone, by video or here.\n\n"
            "2. A physician asks about your history, your present complaints and what you hope for. Your questions "
            "have as much room as ours.\n\n"
            "3. You hear what is known about a treatment for your condition and what is not, its risks, what else "
            "there is, and what it would cost.\n\n"
            "4. Nothing is decided on that day. You take the time that you need, and you may want to talk it over "
            "with your own doctor and your family.\n\n"
            "It may turn out that we cannot help you, and then we tell you so.\n\n"
            "Tell us before which language you want to speak, and whether somebody is to be with you. Answer this "
            "mail or reach us at {phone}.\n\n"
            "{sender}\n{clinic}"
        ),
    ),
)


def load() -> None:
    """Makes and approves version 1; once there is one, new versions are made and approved by staff."""
    # As in contents_of.
    from pypdf.errors import PyPdfError

    packet, _created = Packet.objects.get_or_create(
        slug="information-packet", defaults={"title": _("Information packet")}
    )
    if not packet.versions.exists():
        approve_version(version=make_version(packet), by=JOB)
    for version in PacketVersion.objects.filter(sent_by__isnull=False, look=None):
        # Of a version of before the site kept what to show of one.
        with suppress(PyPdfError):
            keep_look(version=version, contents=contents_of(bytes(version.pdf)))
    load_mail_templates()


def load_mail_templates() -> None:
    """Only where there is no text at all: what staff retired stays retired."""
    if not MailTemplate.objects.exists():
        for words in MAIL_TEMPLATES:
            name, subject, body = map(str, words)
            template = MailTemplate.objects.create(name=name, subject=subject, body=body)
            approve_template(template=template, by=JOB)


def says_the_same(version: PacketVersion) -> bool:
    """As one that would be made now, to the letter: sources.changes tells what readers are told of, and not the order
    of the studies."""
    content = PacketContent.objects.filter(version=version).first()
    now = packet_content.contents(version.number, version.packet.topic)
    return content is not None and content.text == inputs(now)["content"]


def make_version(packet: Packet) -> PacketVersion:
    """A version to be approved, from what the profile and the published articles say now."""
    newest = packet.versions.defer("pdf").first()
    number = newest.number + 1 if newest else 1
    # Before its contents are read: what changes while they are makes it older, and is not taken for what it says.
    made_from = sources.fingerprint(packet.topic)
    # Of a demo that nobody has made their own.
    demo = ClinicProfile.objects.current().name == read("profile.toml")["name"]
    content = packet_content.contents(number, packet.topic)
    text = inputs(content)["content"]
    pdf = set_packet(text)
    version = save_version(packet=packet, pdf=pdf, made_from={**made_from, "demo": demo}, content=text)
    inside = contents_of(pdf)
    _heading, page = inside.shown()
    keep_look(version=version, contents=inside, picture=picture_of_page(pdf, page))
    return version

"""What a list says while nothing is in it: what comes there, and how."""

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, Any] = {
    "enquiries.Lead": _("Whoever writes through a form of the site becomes a lead. Who rings or comes by, you add."),
    "enquiries.Enquiry": _("What people write through the forms comes here by itself, as they typed it."),
    "enquiries.Packet": _("./run manage load_first_content makes the packet and its first version."),
    "enquiries.CallOutcome": _("Add what becomes of your calls in your own words; each is a button on a lead's page."),
    "enquiries.Tag": _("Add words by which you sort leads; they stand on their pages, in the list and in its exports."),
    "enquiries.MailTemplate": _("Add a text that you mail to one person and another; it is approved before it goes."),
    "enquiries.Absence": _("Add the days on which somebody is away, and new leads go to the others."),
    "articles.Article": _("Add an article, or import those of your old site."),
    "articles.Topic": _("Add a condition or a field; articles are grouped by them, and the packet form offers them."),
    "articles.Paper": _("The study of each article comes here when the article is published."),
    "articles.Image": _("Add a picture with what it shows and by whom it is; sections of articles name it."),
    "articles.Reviewer": _("Add the people of your clinic: readers look for who would see them."),
    "articles.Synonym": _("Add words that people type for one thing, and the search finds it by each of them."),
    "articles.GlossaryTerm": _("Add a hard word in plain ones; articles and the packet explain it where it stands."),
    "mailings.OutgoingEmail": _("Each mail that the site writes stands here, with what became of it."),
    "mailings.Consent": _("What people agreed to comes here with each form, and stays as proof."),
    "mailings.Suppression": _("An address that refused our mail, or whose owner did, comes here by itself."),
    "newsletters.Newsletter": _("Write the first issue. It goes to whoever subscribed and said so twice."),
    "newsletters.Subscriber": _("Whoever subscribes on the site comes here by themselves; a list can be imported."),
    "foundation.ClinicProfile": _("./run manage load_first_content makes the profile."),
    "foundation.ConsentWording": _("Add what people agree to; the forms show the newest of each kind."),
    "foundation.RequiredNotice": _("Add the words that the law of a place wants shown, as your counsel gave them."),
    "clinic.StaffUser": _("Add your colleagues, each with a role."),
    "clinic.AuditEvent": _("Who opened, exported or erased something about a person is written here by itself."),
    "clinic.JobTick": _("What the site does by itself stands here from its first start on."),
    "auth.Group": _("./run manage sync_roles makes the five roles."),
}


def words(model: type[Model]) -> Any:
    return WORDS.get(model._meta.label, "")

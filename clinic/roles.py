"""The five roles, and what each may do: the one place where that is written. `manage.py sync_roles` makes it so."""

from typing import Any, NamedTuple

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import StaffUser


class Role(NamedTuple):
    label: Any
    does: Any
    permissions: frozenset[str]


def may(room: str, *codenames: str) -> frozenset[str]:
    return frozenset(f"{room}.{codename}" for codename in codenames)


def everything_of(room: str, *models: str) -> frozenset[str]:
    return may(room, *(f"{verb}_{model}" for verb in ("view", "add", "change") for model in models))


PARTS_OF_PROFILE = ("processstep", "openinghours", "holiday", "ownnumber")

SEES_LEADS = may("enquiries", "view_lead", "view_enquiry", "view_packet", "view_absence", "view_mailtemplate")
SEES_MAIL = (
    may("mailings", "view_outgoingemail", "view_suppression", "view_consent")
    | may("newsletters", "view_subscriber")
    | may("foundation", "view_consentwording")
)
SEES_ARTICLES = may(
    "articles",
    *("view_article", "view_topic", "view_synonym", "view_glossaryterm", "view_paper", "view_reviewer", "view_image"),
) | may(
    "foundation",
    *(
        "view_clinicprofile",
        "view_processstep",
        "view_openinghours",
        "view_holiday",
        "view_ownnumber",
        "view_requirednotice",
    ),
)
SEES_NEWSLETTERS = may("newsletters", "view_newsletter")
SEES_ACCOUNTS = may("clinic", "view_staffuser", "view_auditevent", "view_jobtick") | may("auth", "view_group")

FOLLOWS_UP = may(
    "enquiries", "add_lead", "change_lead", "change_enquiry", "view_health_text", "resend_packet", "merge_leads"
) | may("newsletters", "change_subscriber")
WRITES_PROFILE = may("foundation", "change_clinicprofile") | may(
    "foundation", *(f"{verb}_{part}" for verb in ("add", "change", "delete") for part in PARTS_OF_PROFILE)
)

COORDINATOR = SEES_LEADS | SEES_MAIL | SEES_ARTICLES | SEES_NEWSLETTERS | FOLLOWS_UP
CLINICAL = (
    COORDINATOR
    | may("enquiries", "move_clinical_stages", "approve_packetversion", "approve_mailtemplate")
    | may("articles", "approve_article")
    | may("newsletters", "approve_newsletter")
)
MANAGER = (
    COORDINATOR
    | SEES_ACCOUNTS
    | WRITES_PROFILE
    | may("enquiries", "export_leads", "import_leads")
    | may("newsletters", "export_subscribers", "import_subscribers")
    | may("enquiries", "export_person", "erase_person", "change_packet", "add_packetversion", "approve_packetversion")
    | may("enquiries", "add_mailtemplate", "change_mailtemplate", "approve_mailtemplate")
    | may("enquiries", "add_absence", "change_absence", "delete_absence")
    | may("enquiries", "view_calloutcome", "add_calloutcome", "change_calloutcome", "delete_calloutcome")
    | may("enquiries", "view_tag", "add_tag", "change_tag", "delete_tag")
    # A view that a colleague shares, to take it back, also of one who left.
    | may("enquiries", "take_back_views")
    | may("mailings", "steer_mail")
    | may("newsletters", "add_newsletter", "change_newsletter", "approve_newsletter", "send_newsletter")
    | may("articles", "release_article", "add_reviewer", "change_reviewer")
    | may("foundation", "add_consentwording", "promise_answers", "add_requirednotice", "change_requirednotice")
    | may("clinic", "add_staffuser", "change_staffuser")
)
# Sees no person: no lead, enquiry, subscriber, mail, consent, suppression or audit event.
EDITOR = (
    SEES_ARTICLES
    | SEES_NEWSLETTERS
    | may("newsletters", "add_newsletter", "change_newsletter")
    | WRITES_PROFILE
    | everything_of("articles", "article", "topic", "synonym", "glossaryterm", "paper", "image")
    | may("articles", "publish_article", "delete_topic", "delete_synonym", "delete_glossaryterm")
    | may("articles", "delete_paper", "delete_image")
    | may("enquiries", "view_packet", "add_packetversion")
)
# Sees that what a person wrote was opened, and not what it says.
AUDITOR = SEES_LEADS | SEES_MAIL | SEES_ARTICLES | SEES_NEWSLETTERS | SEES_ACCOUNTS

ROLES: dict[str, Role] = {
    "coordinator": Role(_("Coordinator"), _("answers enquiries and follows up leads"), COORDINATOR),
    "clinical": Role(
        _("Clinical"), _("follows up leads, decides clinical stages, approves packets, mails and articles"), CLINICAL
    ),
    "manager": Role(_("Manager"), _("looks after accounts, mail, exports and erasures, besides leads"), MANAGER),
    "editor": Role(_("Editor"), _("writes and publishes articles, sees no person"), EDITOR),
    "auditor": Role(_("Auditor"), _("reads everything but what people wrote, changes nothing"), AUDITOR),
}
OF_ROLES = frozenset[str]().union(*(role.permissions for role in ROLES.values()))


def label(name: str) -> Any:
    """What a role is called on a page; a group that somebody made by hand keeps its own name."""
    return ROLES[name].label if name in ROLES else name


def is_above_the_roles(account: StaffUser) -> bool:
    """Whether it may do what no role may, as a superuser or by a group that somebody made by hand."""
    given = Permission.objects.filter(Q(group__user=account) | Q(user=account)).select_related("content_type")
    return account.is_superuser or not {full_name(right) for right in given if not is_of_before(right)} <= OF_ROLES


@transaction.atomic
def sync() -> dict[str, dict[str, list[str]]]:
    """Makes the five groups what the table says; returns what that changed, by role. Other groups stay as they are."""
    known = {full_name(found): found for found in Permission.objects.select_related("content_type")}
    changes = {name: _sync_one(name, role.permissions, known) for name, role in ROLES.items()}
    return {name: change for name, change in changes.items() if change}


def _sync_one(name: str, rights: frozenset[str], known: dict[str, Permission]) -> dict[str, list[str]]:
    missing = sorted(rights - set(known))
    if missing:
        raise LookupError(f"There is no permission {', '.join(missing)}; migrate first.")
    group = Group.objects.get_or_create(name=name)[0]
    wanted = rights | of_before(rights, known)
    before = {full_name(found) for found in group.permissions.select_related("content_type")}
    added, removed = sorted(wanted - before), sorted(before - wanted)
    group.permissions.add(*(known[permission] for permission in added))
    group.permissions.remove(*(known[permission] for permission in removed))
    return {"added": added, "removed": removed} if added or removed else {}


def of_before(wanted: frozenset[str], known: dict[str, Permission]) -> set[str]:
    """The same rights by the names that the version before asks for: see foundation.moved_models."""
    same = {(known[name].content_type.model, known[name].codename) for name in wanted}
    rights = {name: right for name, right in known.items() if is_of_before(right)}
    return {name for name, right in rights.items() if (right.content_type.model, right.codename) in same}


def is_of_before(right: Permission) -> bool:
    """To a model that no room of this version has; it opens nothing here."""
    return right.content_type.model_class() is None


def full_name(permission: Permission) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"

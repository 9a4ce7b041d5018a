"""One lead on one page: what to do next, who it is, what happened; and the posts that change it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import BigIntegerField, DateField, DateTimeField, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk import answers, words
from desk.lead import duplicates, lead_facts
from desk.lead.forms import (
    VERBS,
    AddLeadForm,
    CallForm,
    LeadForm,
    ResendForm,
    TakeBackForm,
    probable_address,
    taken_back_by,
)
from desk.lead.hours import preferred
from desk.lead.known import known_of
from desk.lead.timeline import Line, timeline
from enquiries.actions.endings import may_be_undone
from enquiries.actions.lead_mails import against_templates
from enquiries.actions.leads import ERASED, ChangedMeanwhile
from enquiries.actions.notes import may_take_back
from enquiries.models import ContactChoice, Enquiry, Lead, Mention, contact_choice, tags_of
from enquiries.signals import health_text_opened
from foundation.actors import Actor, acting
from foundation.models import ClinicProfile
from foundation.prepared import Blank, Rows, Several
from foundation.templatetags.pills import pill
from mailings import rules
from mailings.models import Suppression

# A page of work, not an archive: what is older is one click away.
NEWEST_EVENTS = 100
# Nobody is overtaken so often by people.
MOST_TRIES = 5
OVERTAKEN = gettext_lazy("Others are changing this lead just now. Please save again.")

MAIL_WAITS = gettext_lazy(
    "Sending stands still, so nobody has this mail yet: it waits, and the first answer is still due. Call, if you can."
)

Admin = admin.ModelAdmin


def show(request: HttpRequest, *, model_admin: Admin, object_id: str) -> HttpResponse:
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    return page(request, model_admin, find(object_id))


def find(pk: Any) -> Lead:
    try:
        return Lead.objects.select_related("owner", "merged_into").get(pk=pk)
    except (Lead.DoesNotExist, ValueError) as error:
        raise Http404 from error


def act(request: HttpRequest, *, model_admin: Admin, verb: str, pk: int) -> HttpResponse:
    """What one of the page's forms posted. A refusal is the page again, with the form as typed."""
    if not model_admin.has_change_permission(request) or not may_use(request, verb):
        raise PermissionDenied
    lead, data = follow(find(pk), request.POST)
    if request.method != "POST":
        return redirect(lead)
    form = tried(verb, lead, data, acting(request))
    if form.is_bound and not form.errors and not form.conflicts:
        say_done(request, form, lead)
        return redirect(lead)
    found = find(lead.pk)
    if found.erased_at:
        # A page with what was typed would be one more place where it stands.
        messages.error(request, ERASED)
        return redirect(found)
    if form.errors and (already := form.done_already(found, acting(request))):
        messages.info(request, already)
        return redirect(found)
    return page(request, model_admin, found, refused=form)


def follow(lead: Lead, data: QueryDict) -> tuple[Lead, QueryDict]:
    """Who typed while a colleague merged the lead goes on with its survivor, of which they have seen no version."""
    if lead.merged_into_id is None:
        return lead, data
    data = data.copy()
    data["version"] = "0"
    return find(lead.survivor().pk), data


def tried(verb: str, lead: Lead, data: QueryDict, by: Actor) -> LeadForm:
    """The form, applied unless it says why not. Whoever comes first by a moment makes it look again."""
    for _attempt in range(MOST_TRIES):
        form = VERBS[verb](lead, data, by=by)
        try:
            if form.is_valid() and not form.is_stale():
                applied(form, lead, by)
            return form
        except ChangedMeanwhile:
            lead, data = follow(find(lead.pk), data)
    form.add_error(None, OVERTAKEN)
    return form


def may_use(request: HttpRequest, verb: str) -> bool:
    return verb != ResendForm.verb or request.user.has_perm("enquiries.resend_packet")


def applied(form: LeadForm, lead: Lead, by: Actor) -> bool:
    try:
        form.apply(lead, by)
    except ValidationError as error:
        form.add_error(None, error)
    return not form.errors


def page(request: HttpRequest, model_admin: Admin, lead: Lead, refused: LeadForm | None = None) -> HttpResponse:
    family = known_of(lead).family
    lines, more = newest_lines(family, "all" in request.GET)
    may_read = may_read_health_text(request)
    facts = facts_about(request, lead, family, may_read)
    if may_read and (facts["came_from_pages"] or facts["wrote"] or shows_health_text(lead, lines)):
        note_opening(request, lead)
    forms = forms_for(request, lead, refused) if model_admin.has_change_permission(request, lead) else {}
    context = {
        **model_admin.admin_site.each_context(request),
        **facts,
        **duplicates.about(request, lead, family),
        **what_to_do(request, lead, family, forms, facts),
        "opts": Lead._meta,
        "title": str(lead),
        "lead": lead,
        "may_read": may_read,
        "lines": shown_lines(request, lines, forms.get("take_back"), may_read),
        "more_lines": more,
        "refused": refused.verb if refused else None,
        "conflicts": refused.conflicts if refused else [],
        "open_verb": open_verb(lead, facts["contact_choice"], refused),
        "may_export": request.user.has_perm("enquiries.export_person") and lead.erased_at is None,
        "may_erase": request.user.has_perm("enquiries.erase_person") and lead.erased_at is None,
    }
    return TemplateResponse(request, "admin/enquiries/lead/page.html", context, status=status_of(refused))


def stopped_address(address: str | None) -> Suppression | None:
    return (rules.suppressed(address) or rules.keeps_coming_back(address)) if address else None


def facts_about(request: HttpRequest, lead: Lead, family: list[Lead], may_read: bool) -> dict[str, Any]:
    staff_pages = request.user.has_perm("articles.view_article")
    return {
        **lead_facts.about(lead, family, links_to_staff_pages=staff_pages, may_read=may_read),
        "stage": pill(lead.stage, lead.get_stage_display()),
        "plan": words.plan(lead, may_read),
        "due": words.due(lead, ClinicProfile.objects.current().today()),
        "first_answer": answers.time_left(lead, answers.business_hours()) if lead.first_answer_due_at else "",
        "contact_choice": contact_choice(lead, family),
        "packet_ended": known_of(lead).packet_ended,
        "country": words.country(lead.country),
        "tags": tags_of([lead]).get(lead.pk, []),
        "local_time": words.local_time(lead.country),
        "preferred": preferred(lead),
        "probable_address": probable_address(lead),
        "suppressed": stopped_address(lead.mail_address),
    }


def what_to_do(
    request: HttpRequest, lead: Lead, family: list[Lead], forms: dict[str, LeadForm], facts: dict[str, Any]
) -> dict[str, Any]:
    """The forms, and what stands beside them; nothing for who may only look."""
    if not forms:
        return {"forms": {}}
    enquiries = [enquiry for enquiry, _page in facts["enquiries"]]
    against = known_of(lead).against_mail
    return {
        "forms": forms,
        "mentions": mentions(request, family),
        "offers": lead_facts.offers(lead, family, enquiries, forms["accept"]),
        "no_mail": against.why,
        "mail_waits": mail_waits(lead),
        "next_in_queue": (following := next_in_queue(request, lead)),
        "next_in_queue_at": words.time_of(following) if following else "",
        "stopped": against.said,
        "no_template": against_templates(facts["contact_choice"]),
        "ends_to_undo": [(said, taken_back_by(said)) for said in may_be_undone(lead, family)],
    }


def mentions(request: HttpRequest, family: list[Lead]) -> list[tuple[str, Mention]]:
    """Of whoever looks, not seen yet, each in words."""
    if not MENTIONS.ask(account=request.user.pk, family=[member.pk for member in family]):
        return []
    return [(words.mentioned_by(one), one) for one in Mention.objects.unseen_by(request.user.pk).of(family)]


def mentions_of() -> QuerySet[Mention]:
    """Whether there is one at all, which there is not mostly, and who may see it takes longer."""
    family, account = Several("family", BigIntegerField()), Blank("account", BigIntegerField())
    return Mention.objects.filter(event__lead__in=family, account=account, seen_at=None).order_by()[:1]


MENTIONS = Rows(mentions_of)


def next_in_queue(request: HttpRequest, lead: Lead) -> Lead | None:
    """Of whoever looks, what is due after this one; else the first that is due, so that the day ends with none.

    What has a time later today is offered when nothing is due before it.
    """
    now = {"today": ClinicProfile.objects.current().today(), "now": timezone.now()}
    asked = {**now, "owner": request.user.pk, "lead": lead.pk, "day": lead.next_action_on}
    after = DUE_AFTER.first(**asked) if lead.next_action_on else None
    return after or DUE_NOW.first(**asked) or TO_COME.first(**asked)


def others_of_mine() -> QuerySet[Lead]:
    mine = Lead.objects.due(Blank("today", DateField())).filter(owner=Blank("owner", BigIntegerField()))
    return mine.exclude(pk=Blank("lead", BigIntegerField())).defer("search")


def to_come() -> QuerySet[Lead]:
    return others_of_mine().filter(next_action_at__gt=Blank("now", DateTimeField())).order_by("next_action_at", "pk")


def due_now() -> QuerySet[Lead]:
    return others_of_mine().exclude(pk__in=to_come().order_by().values("pk")).order_by("next_action_on", "pk")


def due_after() -> QuerySet[Lead]:
    day, pk = Blank("day", DateField()), Blank("lead", BigIntegerField())
    return due_now().filter(Q(next_action_on__gt=day) | Q(next_action_on=day, pk__gt=pk))


DUE_AFTER, DUE_NOW = Rows(lambda: due_after()[:1]), Rows(lambda: due_now()[:1])
TO_COME = Rows(lambda: to_come()[:1])


def mail_waits(lead: Lead) -> bool:
    return bool(lead.mail_address and rules.waits(lead.mail_address))


def say_done(request: HttpRequest, form: LeadForm, lead: Lead) -> None:
    """Of a mail that stands still, that nobody gets it yet."""
    if form.mails and mail_waits(find(lead.pk)):
        messages.warning(request, MAIL_WAITS)
    else:
        messages.success(request, form.done)
    for remark in form.remarks():
        messages.info(request, remark)


def open_verb(lead: Lead, choice: ContactChoice | None, refused: LeadForm | None) -> str:
    """Which form stands open: the refused one, or the call while nobody has reached this person."""
    if refused:
        return refused.verb
    is_to_be_called = lead.stage == Lead.Stage.NEW and not (choice and choice.forbids_calls)
    return CallForm.verb if is_to_be_called else ""


def status_of(refused: LeadForm | None) -> int:
    if refused is None:
        return 200
    return 409 if refused.conflicts else 422


def may_read_health_text(request: HttpRequest) -> bool:
    return request.user.has_perm("enquiries.view_health_text")


def shows_health_text(lead: Lead, lines: list[Line]) -> bool:
    """Of a closed lead it says why, of an open one what is planned, also when that line is too old to be shown."""
    said = lead.closed_reason if lead.erased_at is None else ""
    return bool(said) or tells_a_plan(lead) or any(line.holds_health_text for line in lines)


def tells_a_plan(lead: Lead) -> bool:
    """In somebody's own words."""
    return lead.is_open and lead.next_action not in ("", *Lead.Plan.values)


def note_opening(request: HttpRequest, row: Lead | Enquiry) -> None:
    """Before anything is shown: whoever reads what a person wrote leaves a row, or gets no page."""
    health_text_opened.send(sender=type(row), row=row, by=acting(request), request=request)


def newest_lines(family: list[Lead], show_all: bool) -> tuple[list[Line], bool]:
    """The timeline, and whether there is more of it."""
    lines = timeline(family, None if show_all else NEWEST_EVENTS + 1)
    more = not show_all and len(lines) > NEWEST_EVENTS
    return (lines[:NEWEST_EVENTS] if more else lines), more


def shown_lines(request: HttpRequest, lines: list[Line], form: LeadForm | None, may_read: bool) -> list[Line]:
    told = lines if may_read else [line.without_health_text() for line in lines]
    return [with_take_back(line, form, acting(request)) for line in told]


def with_take_back(line: Line, form: LeadForm | None, by: Actor) -> Line:
    """Beside a note of one's own a fresh form; beside the one that it was about, the refused one."""
    if form and form.data.get("note") == str(line.event.pk):
        return line._replace(take_back=form)
    return line._replace(take_back=TakeBackForm(form.lead, by=by)) if form and may_take_back(line.event, by) else line


def forms_for(request: HttpRequest, lead: Lead, refused: LeadForm | None) -> dict[str, LeadForm]:
    """By verb with underscores, as templates want it; the refused form instead of a fresh one."""
    fresh = {verb: form(lead, by=acting(request)) for verb, form in VERBS.items() if may_use(request, verb)}
    if refused:
        fresh[refused.verb] = refused
    return {verb.replace("-", "_"): form for verb, form in fresh.items()}


def add(request: HttpRequest, *, model_admin: Admin) -> HttpResponse:
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    form = AddLeadForm(request.POST or None, by=acting(request))
    with transaction.atomic():
        known = form.added_already(acting(request)) if form.is_bound else None
        lead = added(form, acting(request)) if form.is_valid() and not known else None
    if known:
        messages.info(request, _("You have put %(lead)s on the list already.") % {"lead": known})
        return redirect(known)
    if lead:
        messages.success(request, _("%(lead)s is on the list.") % {"lead": lead})
        return redirect(lead)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": Lead._meta,
        "title": _("Add a lead"),
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "admin/enquiries/lead/add.html", context, status=status)


def added(form: AddLeadForm, by: Actor) -> Lead | None:
    try:
        return form.add(by)
    except ValidationError as error:
        form.add_error(None, error)
    return None

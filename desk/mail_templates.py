"""The texts that staff may mail. A draft is written, looked at and approved; from then on it stays as it is."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enquiries.actions import approve_template, new_edition, retire_template
from enquiries.emails import filled_in
from enquiries.models import Lead, MailTemplate
from foundation.actors import acting
from foundation.forms import TYPED_TEXT
from foundation.templatetags.pills import pill

MAY_APPROVE = "enquiries.approve_mailtemplate"
MAY_ADD = "enquiries.add_mailtemplate"
# Whom each preview greets: what such a name does to a text is to be seen before a person gets it.
SAMPLE_NAME = "Zoë O'Brien & Sons"


class MailTemplateForm(forms.ModelForm):
    class Meta:
        model = MailTemplate
        fields = ("name", "language", "subject", "body")

    def clean_name(self) -> str:
        """Else two texts of one name would take each other for editions."""
        name = " ".join(self.cleaned_data["name"].split())
        if MailTemplate.objects.filter(name__iexact=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is a text of this name. Open it and make a new edition."))
        return name


@admin.register(MailTemplate)
class MailTemplateAdmin(admin.ModelAdmin):
    form = MailTemplateForm
    fields = ("name", "language", "subject", "body")
    formfield_overrides = TYPED_TEXT
    list_display = ("name", "number", "state", "language", "subject")
    show_full_result_count = False

    @admin.display(description=gettext_lazy("state"))
    def state(self, template: MailTemplate) -> str:
        if template.retired_at:
            return pill("retired", _("retired"))
        return pill("sent", _("in use")) if template.approved_at else pill("held", _("waits for approval"))

    def get_urls(self) -> list[Any]:
        verbs = {"approve": self.approve, "retire": self.retire, "new-edition": self.make_edition}
        own = [
            path(f"<int:pk>/{verb}/", self.admin_site.admin_view(view), name=f"enquiries_mailtemplate_{verb}")
            for verb, view in verbs.items()
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        template = self.get_object(request, object_id)
        if not isinstance(template, MailTemplate):
            return super().change_view(request, object_id, form_url, extra_context)
        subject, body = filled_in(template, Lead(name=SAMPLE_NAME), acting(request))
        context = {
            "preview": {"subject": subject, "body": body},
            "state": self.state(template),
            "editions": MailTemplate.objects.filter(name=template.name).exclude(pk=template.pk),
            "may_approve": request.user.has_perm(MAY_APPROVE),
            "may_add": request.user.has_perm(MAY_ADD),
        }
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def approve(self, request: HttpRequest, pk: int) -> HttpResponse:
        template = self.asked_for(request, pk, MAY_APPROVE)
        if request.method == "POST":
            try:
                approve_template(template=template, by=acting(request), seen=request.POST.get("seen", ""))
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
            else:
                messages.success(request, _("“%(template)s” is approved: staff can send it.") % {"template": template})
        return redirect("admin:enquiries_mailtemplate_change", pk)

    def retire(self, request: HttpRequest, pk: int) -> HttpResponse:
        template = self.asked_for(request, pk, MAY_APPROVE)
        if request.method == "POST":
            if retire_template(template=template).retired_at:
                messages.success(request, _("“%(template)s” is retired: nobody sends it.") % {"template": template})
            else:
                messages.warning(request, _("A draft goes to nobody, so there is nothing to retire."))
        return redirect("admin:enquiries_mailtemplate_change", pk)

    def make_edition(self, request: HttpRequest, pk: int) -> HttpResponse:
        template = self.asked_for(request, pk, MAY_ADD)
        if request.method == "POST":
            template = new_edition(template=template)
            messages.success(request, _("This is edition %(number)d, a draft.") % {"number": template.number})
        return redirect("admin:enquiries_mailtemplate_change", template.pk)

    def asked_for(self, request: HttpRequest, pk: int, permission: str) -> MailTemplate:
        if not request.user.has_perm(permission):
            raise PermissionDenied
        return get_object_or_404(MailTemplate, pk=pk)

    def get_readonly_fields(self, request: HttpRequest, obj: MailTemplate | None = None) -> tuple[str, ...]:
        """A later edition goes by the name of the first."""
        return ("name",) if obj and obj.number > 1 else ()

    def has_change_permission(self, request: HttpRequest, obj: MailTemplate | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.approved_at is None)

    def has_delete_permission(self, request: HttpRequest, obj: MailTemplate | None = None) -> bool:
        return False

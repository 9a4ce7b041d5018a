from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from enquiries.models import Lead
from foundation.models import ClinicProfile
from tests.browser_posts import untouched
from tests.clinic.staff_urls import DECLARED, SUPERUSER

# Pages of many small forms, of none though something may be posted to their address, and of a password alone.
NO_FORM_OF_THEIR_OWN = {"enquiries_lead", "enquiries_enquiry", "newsletters_newsletter", "auth_user_password"}
# Of the visit, not of what was saved; that somebody saved makes the public pages anew, whether or not they are other.
VISITS = {"session", "usersession", "logentry", "contentversion"}
SAVES = {"_save", "save"}


def models_with(page: str) -> list[str]:
    names = [name for name, access in DECLARED.items() if name.endswith(f"_{page}") and SUPERUSER in access.may_post]
    return [name.removeprefix("admin:").removesuffix(f"_{page}") for name in names]


def everything() -> dict[str, list[Any]]:
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.model_name not in VISITS]
    return {model._meta.label: [*model._base_manager.order_by("pk").values()] for model in models}


@pytest.mark.parametrize("model", sorted({*models_with("change")} - NO_FORM_OF_THEIR_OWN))
def test_what_is_saved_untouched_is_unchanged(desk: Client, rows: dict[str, Any], model: str) -> None:
    ClinicProfile.objects.get().holidays.create(day="2026-12-25", name="Christmas")
    saved = 0
    for row in type(rows[model])._default_manager.all():
        url = reverse(f"admin:{model}_change", args=[row.pk])
        fields = untouched(desk.get(url), f"{model.partition('_')[2]}_form")
        if SAVES & fields.keys():
            before = everything()
            assert desk.post(url, fields).status_code == 302
            assert everything() == before
            saved += 1
    assert saved
    assert {*LogEntry.objects.values_list("change_message", flat=True)} <= {"[]"}


@pytest.mark.parametrize("model", models_with("add"))
def test_what_is_added_untouched_is_refused_in_words(desk: Client, rows: dict[str, Any], model: str) -> None:
    url = reverse(f"admin:{model}_add")
    page = desk.get(url)
    before = everything()
    answer = desk.post(url, untouched(page, f"{model.partition('_')[2]}_form"))
    assert answer.status_code in (200, 422)
    assert 'class="errorlist"' in answer.text
    assert everything() == before


@pytest.mark.parametrize("verb", ["plan", "details", "assign", "correct-address"])
def test_a_form_of_the_lead_page_saved_untouched_changes_nothing(desk: Client, lead: Lead, verb: str) -> None:
    fields = untouched(desk.get(lead.get_absolute_url()), f"{verb}-form")
    before = everything()
    assert desk.post(reverse(f"admin:enquiries_lead_{verb}", args=[lead.pk]), fields).status_code == 302
    assert everything() == before

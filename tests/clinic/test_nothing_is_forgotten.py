import json
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.test import Client

from clinic import roles
from clinic.celery import app
from desk.lead.forms import VERBS
from enquiries.forms import PacketForm
from enquiries.models import Lead, Tag
from mailings.actions import suppress
from mailings.emails import kinds
from tests.clinic.staff_urls import DECLARED
from tests.test_architecture import MAY_IMPORT, ROOT, modules

# A mail beside the outbox, which a command sends.
NO_KIND = {"test_mail"}
STOCK = ("view", "add", "change", "delete")
# Shown as rows on the page of what they belong to.
INLINES = {f"foundation.{part}" for part in roles.PARTS_OF_PROFILE} | {"enquiries.packetversion"}


def test_each_kind_of_mail_has_its_three_files_and_each_folder_its_kind() -> None:
    folders = {path.name: {file.name for file in path.iterdir()} for path in (ROOT / "templates/emails").glob("*/")}
    assert folders == {name: {"subject.txt", "body.txt", "body.html"} for name in {*kinds, *NO_KIND}}


def test_each_periodic_job_names_a_task() -> None:
    app.loader.import_default_modules()
    named = {job["task"] for job in settings.CELERY_BEAT_SCHEDULE.values()}
    assert named - set(app.tasks) == set()


def test_each_permission_of_our_own_is_given_to_a_role_and_asked_for() -> None:
    own = {f"{model._meta.app_label}.{name}" for model in apps.get_models() for name, _words in model._meta.permissions}
    own = {permission for permission in own if permission.split(".")[0] in MAY_IMPORT}
    assert own - roles.OF_ROLES == set()
    sources = [
        path.read_text(encoding="utf-8") for room in MAY_IMPORT for path in modules(room) if path.stem != "roles"
    ]
    assert {permission for permission in own if not any(f'"{permission}"' in source for source in sources)} == set()


def test_each_stock_permission_of_a_role_is_about_a_page_of_the_table() -> None:
    about = set()
    for permission in roles.OF_ROLES:
        room, codename = permission.split(".")
        verb, _line, model = codename.partition("_")
        if verb in STOCK and (room, codename) != ("enquiries", "view_health_text"):
            about.add(f"{room}.{model}")
    pages = {name.removeprefix("admin:").removesuffix("_changelist").replace("_", ".", 1) for name in DECLARED}
    assert about - pages - INLINES == set()


def test_each_field_of_the_packet_form_is_kept_shown_and_exported(
    desk: Client, ask: Callable[..., Any], packet_fields: dict[str, str]
) -> None:
    form = desk.get("/information-packet/").text
    assert [name for name in PacketForm.asked() if f'name="{name}"' not in form] == []
    given = {
        name: f"canary{number}" for number, name in enumerate(PacketForm.asked()) if not name.startswith("consent")
    }
    ask(**{**given, "email": packet_fields["email"]})
    lead = Lead.objects.get()
    page = desk.get(lead.get_absolute_url()).text
    exported = json.dumps(desk.post(f"/admin/enquiries/lead/{lead.pk}/export/").json())
    for name, value in given.items():
        assert name == "email" or value in page, name
        assert name == "email" or value in exported, name
        assert f">{name}<" not in page, "without words for the field"


def test_the_page_of_a_lead_has_the_form_of_each_verb(desk: Client, ask: Callable[..., Any]) -> None:
    ask(phone="+1 212 555 0142")
    # Of values that differ, somebody chooses.
    ask(phone="+1 212 555 0143", message="My new number")
    lead = Lead.objects.get()
    # Of a note of one's own, one may say that it is about somebody else; and of being named, that it was seen.
    desk.post(f"/admin/enquiries/lead/{lead.pk}/note/", {"text": "Rang, @Sam"})
    # Of a word to staff, that it was a slip.
    desk.post(f"/admin/enquiries/lead/{lead.pk}/end-packet/", {"words": "She rang.", "said_on": "2026-01-02"})
    assert missing(desk, lead) == ["lift-stop", "tags"]
    Tag.objects.create(name="Congress 2027")
    assert missing(desk, lead) == ["lift-stop"]
    suppress(address="zoe@example.com", reason="asked_to_stop")
    assert "lift-stop" not in missing(desk, lead)


def missing(desk: Client, lead: Lead) -> list[str]:
    page = desk.get(lead.get_absolute_url()).text
    return [verb for verb in VERBS if f'/{lead.pk}/{verb}/"' not in page]

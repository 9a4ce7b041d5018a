from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command

from clinic import roles
from clinic.models import StaffUser
from foundation.models import ClinicProfile
from foundation.moved_models import move_content_types

MOVES = {
    ("articles", "foundation"): ["clinicprofile", "processstep", "openinghours", "holiday"],
    ("mailings", "foundation"): ["consentwording", "budget"],
    ("mailings", "newsletters"): ["subscriber"],
}
PAIRS = [
    ("articles.change_clinicprofile", "foundation.change_clinicprofile"),
    ("articles.delete_holiday", "foundation.delete_holiday"),
    ("mailings.add_consentwording", "foundation.add_consentwording"),
    ("mailings.change_subscriber", "newsletters.change_subscriber"),
]


def upgrade() -> None:
    run("code")


def go_back() -> None:
    run("reverse_code")


def run(way: str) -> None:
    for (old, new), models in MOVES.items():
        operation: Any = move_content_types(old, new, models)
        getattr(operation, way)(apps, None)
    ContentType.objects.clear_cache()


@pytest.fixture
def before(db: None) -> None:
    """A site of the version before, on which somebody has a right of their own."""
    call_command("sync_roles")
    right = Permission.objects.get(codename="add_consentwording")
    StaffUser.objects.create_user("own@clinic.example", name="Zoë O'Brien & Sons").user_permissions.add(right)
    go_back()
    for (_old, new), models in MOVES.items():
        ContentType.objects.filter(app_label=new, model__in=models).delete()


def manager() -> StaffUser:
    """Asked anew, since an account remembers its rights."""
    account = StaffUser.objects.filter(email="manager@clinic.example").first()
    account = account or StaffUser.objects.create_user("manager@clinic.example")
    account.groups.set([Group.objects.get(name="manager")])
    return StaffUser.objects.get(pk=account.pk)


@pytest.mark.usefixtures("before")
@pytest.mark.parametrize("steps", [[upgrade], [upgrade, go_back], [upgrade, go_back, upgrade]])
def test_both_versions_find_the_rights_that_they_ask_for(steps: list[Callable[[], None]]) -> None:
    for step in steps:
        step()
    call_command("sync_roles")
    for before, after in PAIRS:
        assert manager().has_perms([before, after])
    own = StaffUser.objects.get(email="own@clinic.example")
    assert own.has_perms(["mailings.add_consentwording", "foundation.add_consentwording"])
    assert not own.has_perm("mailings.change_subscriber")
    assert not roles.is_above_the_roles(manager())


@pytest.mark.usefixtures("before")
def test_the_rights_of_the_version_before_are_taken_away_with_ours() -> None:
    upgrade()
    editor = Group.objects.get(name="editor")
    editor.permissions.add(*Permission.objects.filter(codename="change_subscriber"))
    call_command("sync_roles")
    assert not editor.permissions.filter(codename="change_subscriber").exists()
    assert editor.permissions.filter(codename="change_clinicprofile").count() == 2


@pytest.mark.usefixtures("before", "first_content")
def test_the_history_of_a_row_goes_along_there_and_back(staff: Any) -> None:
    upgrade()
    LogEntry.objects.log_actions(staff.pk, ClinicProfile.objects.all(), CHANGE, "Before", single_object=True)
    for step, room in ((go_back, "articles"), (upgrade, "foundation")):
        step()
        assert LogEntry.objects.get().content_type == ContentType.objects.get(app_label=room, model="clinicprofile")


@pytest.mark.usefixtures("db")
def test_a_new_site_has_no_right_twice() -> None:
    call_command("sync_roles")
    assert not ContentType.objects.filter(app_label="articles", model="clinicprofile").exists()

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.test import Client

from articles.models import Article, Reviewer
from clinic import audit
from clinic.models import AuditEvent
from foundation.actions import add_wording
from foundation.models import ClinicProfile, ConsentWording
from mailings.models import OutgoingEmail
from tests.articles.shown import shown
from tests.browser_posts import untouched
from tests.clinic.test_demo_name_gone import PROFILE, approve_the_next_packet
from tests.conftest import AWKWARD_NAME

OWN = {
    "name": AWKWARD_NAME,
    "postal_address": "2 Harbor Street, Dublin",
    "phone": "+353 1 555 0100",
    "email": "hello@example.org",
    "about": "We are four people.",
    "hours": "Mondays to Fridays, 9 to 5",
}


def left(client: Client) -> dict[str, str]:
    """Each line of Today that lacks something, with what it lacks."""
    page = client.get("/admin/").content.decode()
    found = re.findall(r'<li><a href="[^"]+">([^<]+)</a> <span class="quiet">([^<]+)</span></li>', page)
    return dict(found)


def save_profile(desk: Client, **fields: str) -> None:
    answer = desk.post(PROFILE, {**untouched(desk.get(PROFILE), "clinicprofile_form"), **fields})
    assert answer.status_code == 302


def test_a_new_site_lacks_all_of_it_and_each_line_leads_to_its_page(desk: Client) -> None:
    page = desk.get("/admin/").content.decode()
    assert "Make it yours" in page
    assert len(left(desk)) == 9
    for path in re.findall(r'<li><a href="([^"#]+)[^"]*">[^<]+</a> <span class="quiet">', page):
        assert desk.get(path, follow=True).status_code == 200


def test_the_profile_lists_what_is_still_the_demos(desk: Client) -> None:
    save_profile(desk, **{name: text for name, text in OWN.items() if name not in ("phone", "about")})
    words = left(desk)["The clinic&#x27;s profile"]
    assert words == "Empty or still the demo&#x27;s: telephone and about the clinic."
    save_profile(desk, **OWN)
    assert "The clinic&#x27;s profile" not in left(desk)


def test_a_text_in_which_the_demos_name_was_left_is_named(desk: Client) -> None:
    save_profile(desk, **OWN, costs="Northside Clinic gives a quote.")
    assert left(desk)["The clinic&#x27;s profile"].endswith(": costs.")


def test_hours_of_the_demo_are_told_until_they_are_said_in_own_words(desk: Client) -> None:
    assert "Still the demo" in left(desk)["Opening hours"]
    save_profile(desk, hours="Mondays to Fridays, 9 to 5")
    assert "Opening hours" not in left(desk)
    ClinicProfile.objects.get().opening_hours.all().delete()
    assert left(desk)["Opening hours"] == "There are none, so no answer can be promised."


def test_the_packet_is_done_once_one_in_the_clinics_name_goes_out_and_says_what_the_profile_says(desk: Client) -> None:
    save_profile(desk, **OWN)
    assert "bears the demo clinic" in left(desk)["Information packet"]
    approve_the_next_packet(desk)
    assert "Information packet" not in left(desk)
    save_profile(desk, phone="+353 1 555 0111")
    assert "older" in left(desk)["Information packet"]


def test_the_sender_is_done_once_a_mail_went_out(desk: Client, settings: Any, ask: Any, deliver: Any) -> None:
    assert "EMAIL_URL" in left(desk)["Sender of the mails"]
    settings.EMAIL_URL = "smtp://mail.example"
    assert "send_test_mail" in left(desk)["Sender of the mails"]
    ask()
    deliver()
    assert OutgoingEmail.objects.filter(state="sent").exists()
    assert "Sender of the mails" not in left(desk)


def test_each_wording_that_came_with_the_site_is_named_until_another_takes_its_place(desk: Client) -> None:
    for kind in (ConsentWording.Kind.PACKET, ConsentWording.Kind.ANSWER):
        add_wording(kind=kind, text=f"I agree that {AWKWARD_NAME} keeps this.")
    assert left(desk)["Consent wordings"].endswith(": the newsletter.")
    add_wording(kind=ConsentWording.Kind.NEWSLETTER, text=f"I want the newsletter of {AWKWARD_NAME}.")
    assert "Consent wordings" not in left(desk)


def test_of_people_it_says_what_readers_would_still_ask(desk: Client) -> None:
    def lacks() -> str:
        return left(desk).get("People of your clinic", "")

    assert lacks().startswith("Nobody is named")
    elsewhere = Reviewer.objects.create(slug="kim", name="Kim", is_of_the_clinic=False)
    assert lacks().startswith("Nobody is named")
    elsewhere.delete()
    Reviewer.objects.create(slug="ana", name="Ana", role="Answers the telephone")
    assert lacks() == "None of them has a registration that readers can look up."
    zoe = Reviewer.objects.create(slug="zoe", name="Zoe", credentials="MD", registration="1")
    assert lacks() == "Not said yet: Zoe (what they do and the address of the register)."
    zoe.role, zoe.register_url = "Reads your records", "https://register.example.org/"
    zoe.save()
    assert lacks() == ""


def test_article_second_factor_and_backup_are_done_once_they_are_there(desk: Client, staff: Any) -> None:
    shown(Article.objects.create(slug="own"), staff, **Article.objects.published()[0].content)
    Authenticator.objects.create(user=staff, type=Authenticator.Type.TOTP, data={})
    audit.note(AuditEvent.Kind.BACKUP_MADE, about="clinic.dump", bytes=1)
    gone = {"A first article of your own", "Your second factor", "Backup"}
    assert not gone & left(desk).keys()


@pytest.mark.parametrize("role", ["coordinator", "clinical", "editor", "auditor"])
def test_who_does_not_answer_for_the_clinic_sees_none_of_it(
    first_content: None, client: Client, django_user_model: Any, role: str
) -> None:
    account = django_user_model.objects.create_user(f"{role}@clinic.example")
    account.groups.set(Group.objects.filter(name=role))
    client.force_login(account)
    assert "Make it yours" not in client.get("/admin/").content.decode()

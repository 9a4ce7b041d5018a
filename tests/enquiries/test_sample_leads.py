from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from enquiries.models import Enquiry, Lead, LeadEvent, PacketDelivery
from mailings.models import Consent, OutgoingEmail

pytestmark = [pytest.mark.scale, pytest.mark.timeout(300)]

# A stage that the one before it does not allow, or a history that does not end where the lead is.
BROKEN_HISTORY = """
SELECT event.id FROM (
    SELECT id, lead_id, data, lag(data ->> 'to', 1, '') OVER past AS before, lead(id) OVER past AS next
    FROM enquiries_leadevent WHERE kind = 'stage' WINDOW past AS (PARTITION BY lead_id ORDER BY at, id)
) AS event
JOIN enquiries_lead ON enquiries_lead.id = lead_id
LEFT JOIN enquiries_allowed_move ON (from_stage, to_stage) = (data ->> 'from', data ->> 'to')
WHERE data ->> 'from' <> before OR (before <> '' AND to_stage IS NULL) OR (next IS NULL AND data ->> 'to' <> stage)
"""


def answers(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def make(number: int, **options: Any) -> None:
    call_command("make_sample_leads", str(number), **options)


def people() -> list[tuple[Any, ...]]:
    return list(Lead.objects.order_by("pk").values_list("name", "phone", "country", "stage", "created_at"))


@pytest.fixture
def sample(first_content: None, staff: Any) -> None:
    make(600)


def test_each_sample_lead_has_all_that_an_enquiry_leaves_behind(sample: None) -> None:
    for model in (Lead, Enquiry, Consent, OutgoingEmail, PacketDelivery):
        assert model._default_manager.count() == 600
    assert answers(BROKEN_HISTORY) == []
    assert not Lead.objects.exclude(stage="new").exclude(events__kind=LeadEvent.Kind.STAGE).exists()
    # Whatever the triggers and deferred keys would have refused.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    connection.check_constraints()


def test_a_first_answer_is_where_the_trigger_would_have_put_it(sample: None) -> None:
    wrong = """
        SELECT id, first_answered_at FROM enquiries_lead WHERE first_answered_at IS DISTINCT FROM (
            SELECT min(at) FROM enquiries_leadevent WHERE lead_id = enquiries_lead.id AND kind = 'stage'
            AND actor_id IS NOT NULL AND data ->> 'to' IN (
                'contacted', 'in_conversation', 'records', 'medical_review', 'candidate', 'quoted', 'booked'
            )
        )
    """
    assert answers(wrong) == []


def test_no_sample_mail_is_left_to_be_sent_and_no_domain_is_real(sample: None) -> None:
    assert not OutgoingEmail.objects.waiting().exists()
    assert not OutgoingEmail.objects.exclude(email__endswith="@people.example").exists()


def test_the_pages_of_staff_bear_with_them(sample: None, desk: Client) -> None:
    assert desk.get("/admin/").status_code == 200
    assert desk.get("/admin/enquiries/lead/").status_code == 200
    for lead in Lead.objects.order_by("stage", "pk").distinct("stage"):
        assert desk.get(lead.get_absolute_url()).status_code == 200


@pytest.mark.django_db
def test_the_same_seed_makes_the_same_people(first_content: None) -> None:
    make(50, seed=7)
    make(50, seed=7)
    make(50, seed=8)
    found = [row[:3] for row in people()]
    assert found[:50] == found[50:100] != found[100:]


def test_a_site_with_an_https_address_gets_none(first_content: None, settings: Any) -> None:
    settings.SITE_URL = "https://clinic.example"
    with pytest.raises(CommandError, match="may be real"):
        make(1)
    assert not Lead.objects.exists()

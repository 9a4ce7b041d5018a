"""Staff's lists that grow for as long as the clinic does."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from foundation.models import ConsentWording
from mailings.models import Consent, OutgoingEmail

MAILS, CONSENTS = "/admin/mailings/outgoingemail/", "/admin/mailings/consent/"
LONG = [MAILS, CONSENTS, "/admin/newsletters/subscriber/", "/admin/enquiries/enquiry/", "/admin/clinic/auditevent/"]


@pytest.fixture
def mails(first_content: None) -> None:
    plain = {"kind": "packet", "state": "sent", "sent_at": timezone.now()}
    OutgoingEmail.objects.bulk_create(
        OutgoingEmail(**plain, email=f"reader{n}@example.com", dedupe_key=str(n), message_id=f"<{n}@x>")
        for n in range(120)
    )


def shown(client: Client, address: str) -> list[str]:
    return [mail.email.partition("@")[0] for mail in client.get(address).context["cl"].result_list]


def test_the_list_is_walked_by_its_links_and_back(desk: Client, mails: None) -> None:
    first = desk.get(f"{MAILS}?state=sent")
    assert "120 outgoing e-mails" in first.text
    second = desk.get(MAILS + first.context["cl"].page_after)
    third = desk.get(MAILS + second.context["cl"].page_after)
    pages = [shown(desk, page.wsgi_request.get_full_path()) for page in (first, second, third)]
    assert [number for page in pages for number in page] == [f"reader{n}" for n in range(119, -1, -1)]
    assert "Next page" not in third.text
    assert shown(desk, MAILS + third.context["cl"].page_before) == pages[1]


@pytest.mark.parametrize("page", LONG)
def test_no_page_reads_what_stands_before_it_or_counts_all(desk: Client, first_content: None, page: str) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert desk.get(page).status_code == 200
    asked = [query["sql"] for query in captured]
    assert not [sql for sql in asked if " OFFSET " in sql]
    assert not [sql for sql in asked if 'SELECT COUNT(*) AS "__count" FROM' in sql and "LIMIT" not in sql]


@pytest.mark.parametrize("page", LONG)
def test_a_column_whose_order_has_no_index_is_not_sorted_by(desk: Client, first_content: None, page: str) -> None:
    sorted_by = desk.get(f"{page}?o=2.-1")
    assert sorted_by.context["cl"].queryset.query.order_by == desk.get(page).context["cl"].queryset.query.order_by
    assert "?o=" not in sorted_by.text


@pytest.mark.parametrize("typed", ["reader11@example.com", " Reader11@EXAMPLE.com ", "reader11@"])
def test_a_mail_is_found_by_how_its_address_begins(desk: Client, mails: None, typed: str) -> None:
    assert shown(desk, f"{MAILS}?q={typed}") == ["reader11"]
    assert len(shown(desk, f"{MAILS}?q=reader11")) == 11
    assert shown(desk, f"{MAILS}?q=11@example.com") == []


def test_signs_of_a_search_pattern_are_letters(desk: Client, mails: None) -> None:
    assert shown(desk, f"{MAILS}?q=%25") == shown(desk, f"{MAILS}?q=reader_") == []


def test_a_domain_is_found_as_its_reader_spells_it(desk: Client, first_content: None) -> None:
    wording: Any = ConsentWording.objects.first()
    Consent.objects.create(email="anna@xn--bcher-kva.example", wording=wording)
    assert len(desk.get(f"{CONSENTS}?q=Anna@bücher.example").context["cl"].result_list) == 1

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from newsletters.models import Newsletter, Subscriber
from tests.newsletters.test_issue_pages import HOME

pytestmark = pytest.mark.full
ROWS = 200_000
# A twentieth of them of this issue, as of the last one after a year and more; and of these a tenth failed.
MAILS = """
INSERT INTO mailings_outgoingemail (
    uuid, kind, audience, priority, mailing_id, email, dedupe_key, message_id, state, next_attempt_at, attempts,
    last_reply, created_at, sent_at
)
SELECT gen_random_uuid(), 'newsletter', 'person', 2, CASE WHEN n %% 20 = 0 THEN %(mailing)s END,
    'reader' || n || '@' || n %% 40 || '.example', 'scale:' || n, '<' || n || '@clinic.example>',
    CASE WHEN n %% 200 = 0 THEN 'failed' ELSE 'sent' END, now(), 1, '', now(), now()
FROM generate_series(1, %(rows)s) AS n
"""
PEOPLE = """
INSERT INTO mailings_subscriber (uuid, email, state, language, created_at, confirmed_at)
SELECT gen_random_uuid(), email, 'confirmed', 'en', now(), now() FROM mailings_outgoingemail
WHERE dedupe_key LIKE 'scale:%%'
"""
RECIPIENTS = """
INSERT INTO newsletters_newsletterrecipient (newsletter_id, subscriber_id, outgoing_id)
SELECT %(newsletter)s, subscriber.id, mail.id
FROM mailings_outgoingemail AS mail JOIN mailings_subscriber AS subscriber USING (email)
WHERE mail.mailing_id = %(mailing)s AND mail.dedupe_key LIKE 'scale:%%'
"""
TABLES = ("mailings_outgoingemail", "mailings_subscriber", "newsletters_newsletterrecipient", "mailings_mailevent")


@pytest.fixture
def full_ledger(under_way: Callable[[], Newsletter], join: Callable[..., Subscriber]) -> Newsletter:
    join("anna@example.org")
    newsletter = under_way()
    values = {"mailing": newsletter.mailing_id, "newsletter": newsletter.pk, "rows": ROWS}
    with connection.cursor() as cursor:
        for statement in (MAILS, PEOPLE, RECIPIENTS):
            cursor.execute(statement, values)
        for table in TABLES:
            cursor.execute(f"ANALYZE {table}")
    return newsletter


def plans(client: Client, url: str) -> list[str]:
    """How Postgres answers each question of a page about the ledger."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    asked = [query["sql"] for query in queries if "mailings_outgoingemail" in query["sql"]]
    return [explained(sql) for sql in asked if sql.lstrip().startswith(("SELECT", "WITH"))]


def explained(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql.replace('%', '%%')}")
        return "\n".join(line for (line,) in cursor.fetchall())


def test_no_page_of_a_ledger_reads_all_mails(full_ledger: Newsletter, desk: Client) -> None:
    page = f"{HOME}{full_ledger.pk}/recipients/"
    after = desk.get(f"{page}?who=got").context["after"]
    for query in ("", "?who=missed", "?who=got", f"?who=got&after={after}", "?q=reader123", "?q=reader20%40"):
        found = plans(desk, f"{page}{query}")
        assert found
        for plan in found:
            assert "Seq Scan on mailings_outgoingemail" not in plan, plan
            assert "Seq Scan on mailings_subscriber" not in plan, plan

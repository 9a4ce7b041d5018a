from collections.abc import Callable

from django.core import mail
from django.db import connection

from mailings import delivery
from newsletters.models import Newsletter, Subscriber

READERS = 150
OLD_MAILS = """
INSERT INTO mailings_outgoingemail (
    uuid, kind, audience, priority, email, dedupe_key, message_id, state, next_attempt_at, attempts, last_reply,
    created_at, sent_at
)
SELECT gen_random_uuid(), 'newsletter', 'person', 2, 'old' || n || '@example.com', 'old:' || n, '<old' || n || '>',
    'sent', now(), 1, '', now(), now()
FROM generate_series(1, 3000) AS n
"""
# Claimed, locked, counted, sent, written down.
LOOKS_AT_ONE = 15


def rows_looked_at() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'mailings_outgoingemail'"
        )
        return int(cursor.fetchone()[0])


def test_right_after_an_issue_began_no_mail_is_looked_for_among_all_that_wait(
    join: Callable[..., Subscriber], under_way: Callable[[], Newsletter]
) -> None:
    for number in range(READERS):
        join(f"reader{number}@example.com")
    with connection.cursor() as cursor:
        cursor.execute(OLD_MAILS)
        # From now on Postgres believes that nothing waits.
        cursor.execute("ANALYZE mailings_outgoingemail")
    under_way()
    before = rows_looked_at()
    while delivery.drain():
        pass
    assert len(mail.outbox) == READERS
    assert rows_looked_at() - before < READERS * LOOKS_AT_ONE

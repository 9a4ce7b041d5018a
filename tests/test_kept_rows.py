"""Rows put back leave room for more, also where their tables were made anew and number from one."""

import pytest
from django.core.management import call_command

from foundation.models import RequiredNotice
from tests import kept_rows


@pytest.mark.django_db(transaction=True)
def test_tables_number_on_after_the_rows_put_back() -> None:
    last = RequiredNotice.objects.create(place="Fenwick", text="By law: no.")
    rows = kept_rows.read()
    call_command("flush", interactive=False, reset_sequences=True, inhibit_post_migrate=False)
    kept_rows.put_back(rows)
    assert RequiredNotice.objects.create(place="Fenwick", text="By law: yes.").pk == last.pk + 1

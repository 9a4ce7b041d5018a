"""Counts that cost the same however long a table grows: nobody works differently for knowing that it is 48,211."""

from typing import Any

from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _

MOST_COUNTED = 1000


def count(queryset: QuerySet[Any]) -> int:
    """Exact up to MOST_COUNTED; one more than that means "more than that"."""
    return queryset.order_by()[: MOST_COUNTED + 1].count()


def in_words(number: int) -> str:
    if number > MOST_COUNTED:
        return _("more than %(number)s") % {"number": number_format(MOST_COUNTED, force_grouping=True)}
    return number_format(number, force_grouping=True)

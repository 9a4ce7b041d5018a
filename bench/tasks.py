"""What a coordinator does all day, as requests to our pages and, where there is such a thing, to the stock ones."""

from typing import Any, NamedTuple

from django.db.models import Max
from django.utils.http import urlencode

from enquiries.models import Lead
from foundation.admin import keyset

OURS, STOCK = "/admin/enquiries/lead/", "/stock/enquiries/lead/"
# What is still to come behind a deep page, in a hundred.
DEPTH = 90


class Task(NamedTuple):
    name: str
    ours: str
    stock: str | None = None
    # At most a tenth of stock.
    much_faster: bool = False


def tasks() -> list[Task]:
    """For the rows that the table has now."""
    newest = Lead.objects.get(pk=Lead.objects.aggregate(newest=Max("pk"))["newest"])
    numbered = Lead.objects.exclude(phone="").order_by("-pk")[0]
    return [
        Task("list", OURS, STOCK),
        *searches(newest, numbered),
        Task("filter: one stage", f"{OURS}?stage=records", f"{STOCK}?stage__exact=records"),
        Task("filter: mine, due", f"{OURS}?owner=me&due=now"),
        Task("filter: due, soonest first", f"{OURS}?due=now"),
        deep_page(),
        Task("Today", "/admin/"),
        Task("lead page", newest.get_absolute_url(), f"{STOCK}{newest.pk}/change/"),
    ]


def searches(newest: Lead, numbered: Lead) -> list[Task]:
    """Each finds a full page at ten thousand already, or one lead at most: a row costs more than finding it."""
    typed = {
        "part of a name": "fitzger",
        "name without its accents": "sorensen",
        "part of a number": numbered.search.split()[-1][-7:],
        "address": newest.email or "",
        "name and country": "zoe usa",
        "nobody": "xyzzyqu",
    }
    return [search(name, words) for name, words in typed.items()]


def search(name: str, words: str) -> Task:
    query = urlencode({"q": words})
    # Stock knows no countries and no accents, so it finds less; it looks through as many rows all the same.
    return Task(f"search: {name}", f"{OURS}?{query}", f"{STOCK}?{query}", much_faster=True)


def deep_page() -> Task:
    """The same page in both, nine tenths of the way to the end."""
    place = Lead.objects.count() * DEPTH // 100
    page = place // 50
    rows: Any = Lead.objects.order_by("-created_at", "-pk")
    cursor = urlencode({keyset.AFTER: keyset.written(rows, rows[page * 50 - 1])})
    return Task("deep page", f"{OURS}?{cursor}", f"{STOCK}?p={page + 1}", much_faster=True)

"""How many forms may come in, each number with its reason."""

from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Least
from django.utils import timezone

from foundation.held import HeldReason
from foundation.models import Budget
from foundation.rows import undone_alone
from foundation.tokens import hash_network


class Limit(NamedTuple):
    """A bucket of tokens, one for each post; it fills up again while time passes."""

    at_once: int
    per_hour: int
    # Why a post over it waits for staff.
    reason: str


# A hospital or a whole town may share one address, yet thirty people from there within an hour are a rare day.
NETWORK = Limit(30, 30, HeldReason.BUSY_NETWORK.value)
# Whoever bombs from many networks meets this one. It is far above the clinic's best day.
OVERALL = Limit(300, 300, HeldReason.BUSY_HOUR.value)

# Full again after an hour, a bucket only tells of the past, and whose network wrote to a clinic is nobody's affair.
BUDGETS_KEPT = timedelta(days=2)

# What has run in since the last post, up to the brim. Clocks of two servers differ a little, and time does not run
# backwards here; a date far ahead is a clock's error, and must not hold people up until then.
FILLED = """CASE WHEN budget.updated_at > %(now)s + interval '1 hour' THEN %(at_once)s ELSE least(
    %(at_once)s, budget."left" + greatest(0, extract(epoch FROM %(now)s - budget.updated_at)) * %(per_hour)s / 3600.0
) END"""
# One statement, so that posts at the same moment cannot draw the same token.
DRAW = f"""
INSERT INTO mailings_budget AS budget (scope, "left", updated_at)
SELECT %(scope)s, %(at_once)s - 1, %(now)s {{if_any}}
ON CONFLICT (scope) DO UPDATE SET "left" = {FILLED} - 1,
    updated_at = least(greatest(budget.updated_at, %(now)s), %(now)s + interval '1 hour')
WHERE {FILLED} >= 1
RETURNING scope
"""
# In this order: what one network posts beyond its share takes nothing from everybody else.
DRAW_BOTH = f"""
WITH network AS ({DRAW.format(if_any="").replace("%(", "%(network_")}),
overall AS ({DRAW.format(if_any="FROM network").replace("%(", "%(overall_")})
SELECT (SELECT count(*) FROM network), (SELECT count(*) FROM overall)
"""  # noqa: S608 - both parts are ours


def over_budget(network: str) -> str:
    """Draws for one post of a public form; the HeldReason when it is over the limits, else "".

    Call it before the transaction that stores the post: all posts draw on one row, and none may wait for another's end.
    """
    if not settings.FORM_LIMITS:
        return ""
    of_network, of_all = values(hash_network(network), NETWORK), values("overall", OVERALL)
    both = {f"network_{name}": value for name, value in of_network.items()}
    with undone_alone(), connection.cursor() as cursor:
        cursor.execute(DRAW_BOTH, {**both, **{f"overall_{name}": value for name, value in of_all.items()}})
        left_network, left_all = cursor.fetchone()
    return "" if left_all else (OVERALL if left_network else NETWORK).reason


def draw(scope: str, limit: Limit) -> bool:
    with undone_alone(), connection.cursor() as cursor:
        cursor.execute(DRAW.format(if_any=""), values(scope, limit))
        return cursor.rowcount == 1


def give_back(scope: str, limit: Limit) -> None:
    """What one draw took."""
    Budget.objects.filter(scope=scope).update(left=Least(F("left") + 1, Value(float(limit.at_once))))


def values(scope: str, limit: Limit) -> dict[str, Any]:
    return {"scope": scope, "at_once": limit.at_once, "per_hour": limit.per_hour, "now": timezone.now()}


def forget_old_budgets() -> int:
    return Budget.objects.filter(updated_at__lt=timezone.now() - BUDGETS_KEPT).delete()[0]

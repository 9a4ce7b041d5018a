"""Where the parts of a plot stand; the templates draw them.

Across in per cent of its width, so that words keep their size on a telephone; down in pixels.
"""

from collections.abc import Sequence
from math import ceil, log10
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from desk.numbers.enquiries_per_week import Series
from desk.numbers.first_answers import Answers, FirstAnswers
from desk.numbers.funnel import Funnel
from desk.numbers.issue_by_domain import Domain, sent_share
from desk.numbers.range import Week
from desk.numbers.subscribers_per_week import Subscribers
from desk.numbers.tables import in_words

# Room for the figure above the highest bar, for the bars, and for the days below them.
ABOVE, HIGH, BELOW = 20, 200, 26
SMALL = 36
# Of a line to where nine of ten were answered, the bar that ends it: of the width that a week has.
CAP = 0.3
# Of the width of a plot, for the figures of its scale; and of the width that a week has, for its bar.
LEFT = 0.04
BAR = 0.72
# A telephone has room for every third of the days that a desk shows.
MOST_LABELS, SKIPPED_WHEN_NARROW = 12, 3
# And a desk has none for more figures above bars.
MOST_TOTALS = 26
LINES = 4
ROW, ROW_BAR = 46, 14
# The table has all of them.
MOST_DOMAINS = 12

Plot = dict[str, Any]


def percent(part: float) -> str:
    return f"{100 * part:.3f}%"


def across(place: float, places: int) -> dict[str, str]:
    """Of the bar at that place, counted from 0."""
    wide = (1 - LEFT) / places
    middle, half, cap = LEFT + (place + 0.5) * wide, BAR * wide / 2, CAP * wide / 2
    ends = {"cap_from": percent(middle - cap), "cap_to": percent(middle + cap)}
    return {"x": percent(middle - half), "width": percent(2 * half), "middle": percent(middle), **ends}


def top_of(highest: float) -> float:
    """The end of the scale: the next of 4, 8, 12, 20, 40 ... whose quarters are round."""
    power = 10 ** int(log10(max(highest, 1)))
    return next(step * power for step in (1, 2, 4, 8, 12, 20, 40) if step * power >= max(highest, LINES))


def frame(weeks: Sequence[Week], top: float) -> Plot:
    lines = [
        {"y": pixels(top * line / LINES, top), "label": in_words(round_if_whole(top * line / LINES))}
        for line in range(LINES + 1)
    ]
    return {"height": ABOVE + HIGH + BELOW, "lines": lines, "days": days(weeks), "floor": ABOVE + HIGH}


def round_if_whole(number: float) -> int | float:
    return int(number) if number == int(number) else number


def pixels(number: float, top: float) -> float:
    return round(ABOVE + HIGH * (1 - number / top), 1)


def days(weeks: Sequence[Week]) -> list[Plot]:
    """The Mondays below a plot, as many as have room."""
    every = ceil(len(weeks) / MOST_LABELS)
    # As its language writes them in little room.
    day, month = pgettext("pattern of a day", "M j"), pgettext("pattern of a month", "M Y")
    form = day if len(weeks) <= 53 else month
    return [
        {
            **across(place, len(weeks)),
            "label": date_format(week.first, form),
            "wide_only": place % (every * SKIPPED_WHEN_NARROW) != 0,
        }
        for place, week in enumerate(weeks)
        if place % every == 0
    ]


def name_of(week: Week) -> str:
    words = _("Week from %(day)s") % {"day": date_format(week.first)}
    return words if week.days == 7 else _("%(week)s (cut)") % {"week": words}


def stacked(weeks: Sequence[Week], shown: Sequence[Series]) -> Plot:
    """A bar a week; the series stand on one another in their order."""
    sums = [sum(one.numbers[place] for one in shown) for place in range(len(weeks))]
    top = top_of(max(sums))
    bars = [
        {
            **across(place, len(weeks)),
            "total": in_words(sums[place]) if sums[place] else "",
            "y": pixels(sums[place], top) - 5,
            "parts": parts(place, week, shown, top),
            "wide_only": len(weeks) > MOST_LABELS,
        }
        for place, week in enumerate(weeks)
    ]
    return {**frame(weeks, top), "bars": bars, "legend": legend(shown), "has_totals": len(weeks) <= MOST_TOTALS}


def parts(place: int, week: Week, shown: Sequence[Series], top: float) -> list[Plot]:
    found, below = [], 0
    for fill, one in enumerate(shown):
        if number := one.numbers[place]:
            words = f"{name_of(week)} · {one.label}: {in_words(number)}"
            below += number
            height = round(HIGH * number / top, 1)
            found.append({"y": pixels(below, top), "height": height, "fill": fill, "words": words})
    return found


def legend(shown: Sequence[Series]) -> list[Plot]:
    return [{"fill": fill, "label": one.label, "total": in_words(one.total)} for fill, one in enumerate(shown)]


def one_by_one(weeks: Sequence[Week], shown: Sequence[Series]) -> list[Plot]:
    """A small plot for each series, all on one scale."""
    top = max([1, *(max(one.numbers) for one in shown)])
    return [
        {"label": one.label, "total": in_words(one.total), "height": SMALL, "bars": small_bars(weeks, one, top)}
        for one in shown
    ]


def small_bars(weeks: Sequence[Week], one: Series, top: int) -> list[Plot]:
    return [
        {
            **across(place, len(weeks)),
            "y": round(SMALL - (SMALL - 1) * number / top, 1),
            "height": round((SMALL - 1) * number / top, 1),
            "words": f"{name_of(week)}: {in_words(number)}",
        }
        for place, (week, number) in enumerate(zip(weeks, one.numbers, strict=True))
        if number
    ]


def funnel(found: Funnel) -> Plot:
    most = max(found.steps[0].number, 1)
    rows = [
        {
            "label": step.label,
            "number": in_words(step.number),
            "before": "" if step.median_days is None else in_words(step.of_step_before),
            "days": "" if step.median_days is None else in_words(step.median_days),
            "y": place * ROW + 16,
            "bar": place * ROW + 22,
            "width": percent(step.number / most),
        }
        for place, step in enumerate(found.steps)
    ]
    return {"rows": rows, "height": len(rows) * ROW, "bar_height": ROW_BAR}


def first_answers(weeks: Sequence[Week], found: FirstAnswers) -> Plot:
    """A bar to the median, from there a line to where nine of ten were answered; the promise across all."""
    highest = max([found.target_hours, *(answers.ninetieth_hours or 0 for answers in found.weeks)])
    top = top_of(highest)
    bars = [
        {**across(place, len(weeks)), **heights(answers, top), "words": f"{name_of(week)} · {told(answers)}"}
        for place, (week, answers) in enumerate(zip(weeks, found.weeks, strict=True))
        if answers.median_hours is not None and answers.ninetieth_hours is not None
    ]
    target = {"y": pixels(found.target_hours, top), "hours": in_words(found.target_hours)}
    strip = {
        "bars": shares(weeks, found),
        "top": ABOVE,
        "floor": ABOVE + SMALL,
        "has_totals": len(weeks) <= MOST_TOTALS,
    }
    return {**frame(weeks, top), "bars": bars, "target": target, "shares": strip}


def heights(answers: Answers, top: float) -> Plot:
    median, ninetieth = answers.median_hours or 0.0, answers.ninetieth_hours or 0.0
    # Answered at once, or before it opened, is a bar that can be seen too.
    y = min(pixels(median, top), ABOVE + HIGH - 2)
    return {"y": y, "height": round(ABOVE + HIGH - y, 1), "ninetieth": pixels(ninetieth, top)}


def told(answers: Answers) -> str:
    return _("median %(median)s h, nine of ten within %(ninetieth)s h") % {
        "median": in_words(answers.median_hours),
        "ninetieth": in_words(answers.ninetieth_hours),
    }


def shares(weeks: Sequence[Week], found: FirstAnswers) -> list[Plot]:
    """Who was answered in time, week by week, in a strip of its own: 100 per cent is its full height."""
    return [
        {
            **across(place, len(weeks)),
            "y": round(ABOVE + SMALL * (1 - answers.share_in_time / 100), 1),
            "height": round(SMALL * answers.share_in_time / 100, 1),
            "label": f"{answers.share_in_time:.0f}",
            "wide_only": len(weeks) > MOST_LABELS,
            "words": _("%(week)s: %(share)s %% in time")
            % {"week": name_of(week), "share": in_words(answers.share_in_time)},
        }
        for place, (week, answers) in enumerate(zip(weeks, found.weeks, strict=True))
        if answers.share_in_time is not None
    ]


def subscribers(weeks: Sequence[Week], found: Subscribers) -> Plot:
    """How many there were at the end of each week; in a strip of its own who joined, upwards, and who left."""
    counted = stacked(weeks, [Series(_("Subscribers at its end"), found.at_end)])
    strip = {"joined": found.joined, "left": found.left}
    top = max([1, *found.joined, *found.left])
    moves = [
        {
            **across(place, len(weeks)),
            **{name: round(SMALL * numbers[place] / top, 1) for name, numbers in strip.items()},
            "y": round(SMALL * (1 - found.joined[place] / top), 1),
            "words": f"{name_of(week)}: {told_moves(found.joined[place], found.left[place])}",
        }
        for place, week in enumerate(weeks)
    ]
    sums = {name: in_words(sum(numbers)) for name, numbers in strip.items()}
    return {**counted, **sums, "moves": moves, "axis": SMALL, "strip_height": 2 * SMALL}


def told_moves(joined: int, left: int) -> str:
    return _("%(joined)s joined, %(left)s left") % {"joined": in_words(joined), "left": in_words(left)}


def by_domain(found: Sequence[Domain]) -> Plot:
    """Of each domain, which part of those to whom it was tried has it."""
    rows = [
        {
            "label": domain.label,
            "number": in_words(domain.people),
            "share": "" if sent_share(domain) is None else in_words(sent_share(domain)),
            "y": place * ROW + 16,
            "bar": place * ROW + 22,
            "width": percent((sent_share(domain) or 0) / 100),
        }
        for place, domain in enumerate(found[:MOST_DOMAINS])
    ]
    return {"rows": rows, "height": len(rows) * ROW, "bar_height": ROW_BAR}

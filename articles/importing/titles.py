"""Which of the lines is the title of an article."""

from articles.importing.kinds import kinds_of
from articles.importing.looks import LONGEST_HEADING, is_doubled, is_line, is_prose
from articles.importing.units import Unit, key

# Of lines printed twice in the middle of an article. Titles speak of "safety" and "results" as well.
LEAST_TITLE, LEAST_AMONG_DOUBLES = 30, 60
LONGEST_KNOWN = 50


def first_title(content: list[Unit]) -> int | None:
    """The line that is printed twice, or else the first of several words, of those above the first paragraph."""
    if not any(not unit.is_source for unit in content):
        return None
    prose = (
        at for at, unit in enumerate(content) if unit.is_source or (is_prose(unit) and not is_doubled(content, at))
    )
    above = [at for at in range(next(prose, len(content))) if not content[at].is_bullet]
    keys = [content[at].key for at in above]
    twice = [key for key in keys if keys.count(key) > 1]
    if twice:
        return above[keys.index(twice[-1])]
    return next((at for at in above if len(content[at].text.split()) > 3), above[0] if above else 0)


def is_next_title(content: list[Unit], begun: int, at: int) -> bool:
    """Whether another article begins here, for the one above has no "Source:" line."""
    unit, before = content[at], content[at - 1]
    if unit.key in (content[begun].key, before.key) or not is_line(unit) or is_known_heading(unit):
        return False
    if not any(map(is_prose, content[begun + 1 : at])) or not any(map(is_prose, content[at + 1 :])):
        return False
    is_long = len(unit.text) > LONGEST_HEADING
    return is_long or is_title_twice(content, at) or is_of_paper(unit, content[begun], content[-1])


def is_known_heading(unit: Unit) -> bool:
    return len(unit.text) <= LONGEST_KNOWN and bool(kinds_of(unit.text))


def is_title_twice(content: list[Unit], at: int) -> bool:
    """Where one heading stands twice, all do: a title then is longer."""
    headings = any(is_doubled(content, other) and is_known_heading(unit) for other, unit in enumerate(content))
    least = LEAST_AMONG_DOUBLES if headings else LEAST_TITLE
    return is_doubled(content, at) and len(content[at].text) >= least


def is_of_paper(unit: Unit, first: Unit, last: Unit) -> bool:
    """Whether the paper at the end is this line's rather than the first title's: their words say so."""
    cited = words(last) if last.is_source else set()
    shares = [len(words(title) & cited) / max(len(words(title)), 1) for title in (unit, first)]
    return len(words(unit)) > 3 and shares[0] >= 0.75 and shares[1] < 0.5


def words(unit: Unit) -> set[str]:
    return {word for word in key(unit.text).split() if len(word) > 3}

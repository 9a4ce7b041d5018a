"""Which of the lines is the title of an article."""

from collections import Counter

from articles.importing.kinds import kinds_of
from articles.importing.looks import LONGEST_HEADING, is_doubled, is_line, is_prose
from articles.importing.units import Unit, key

# Of lines printed twice in the middle of an article.
LEAST_TITLE, LEAST_AMONG_DOUBLES = 30, 60
LONGEST_KNOWN = 50


def titles(content: list[Unit]) -> list[int]:
    """Where the articles of a region begin: mostly one; several where a "Source:" line is missing."""
    begun = first_title(content)
    if begun is None:
        return []
    prose = [at for at in range(begun + 1, len(content)) if is_prose(content[at])]
    between = range(prose[0] + 1, prose[-1]) if prose else []
    return [begun, *(at for at in between if is_next_title(content, begun, at))]


def first_title(content: list[Unit]) -> int | None:
    """Of the lines above the first paragraph the longest that is printed twice, or else the first of several words."""
    if all(unit.is_source for unit in content):
        return None
    end = next((at for at in range(len(content)) if is_text(content, at)), len(content))
    above = [at for at in range(end) if not content[at].is_bullet]
    counts = Counter(content[at].key for at in above)
    twice = [at for at in above if counts[content[at].key] > 1]
    if twice:
        return max(twice, key=lambda at: (not is_known_heading(content[at]), len(content[at].key), -at))
    several_words = [at for at in above if len(content[at].text.split()) > 3]
    # An "Introduction" may stand above the first paragraph, too; but titles speak of "safety" and "results" as well.
    unknown = [at for at in several_words if not is_known_heading(content[at])]
    return [*unknown, *several_words, *above, 0][0]


def is_text(content: list[Unit], at: int) -> bool:
    return content[at].is_source or (is_prose(content[at]) and not is_doubled(content, at))


def is_next_title(content: list[Unit], begun: int, at: int) -> bool:
    """Whether another article begins here, for the one above has no "Source:" line."""
    unit, before = content[at], content[at - 1]
    if unit.key in (content[begun].key, before.key):
        return False
    if is_doubled(content, at):
        return (is_line(unit) or unit.text.endswith("?")) and is_title_twice(content, at)
    if not is_line(unit) or is_known_heading(unit):
        return False
    return is_long_title(unit) or is_of_paper(unit, content[begun], content[-1])


def is_long_title(unit: Unit) -> bool:
    """A sentence that lost its full stop is as long, but has few capitals."""
    long_words = [word for word in unit.text.split() if len(word) > 3]
    capitals = sum(word.strip("“‘\"'(")[:1].isupper() for word in long_words)
    return len(unit.text) > LONGEST_HEADING and capitals > len(long_words) / 2


def is_known_heading(unit: Unit) -> bool:
    return len(unit.text) <= LONGEST_KNOWN and bool(kinds_of(unit.text))


def is_title_twice(content: list[Unit], at: int) -> bool:
    """Where one heading stands twice, all do: a title then is longer."""
    if len(content[at].text) < LEAST_TITLE:
        return False
    short = (unit for other, unit in enumerate(content) if len(unit.text) < LEAST_TITLE and is_doubled(content, other))
    return len(content[at].text) >= LEAST_AMONG_DOUBLES or not any(map(is_known_heading, short))


def is_of_paper(unit: Unit, first: Unit, last: Unit) -> bool:
    """Whether the paper at the end is this line's rather than the first title's: their words say so."""
    cited = words(last) if last.is_source else set()
    shares = [len(words(title) & cited) / max(len(words(title)), 1) for title in (unit, first)]
    return len(words(unit)) > 3 and shares[0] >= 0.75 and shares[1] < 0.5


def words(unit: Unit) -> set[str]:
    return {word for word in key(unit.text).split() if len(word) > 3}

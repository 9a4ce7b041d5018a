"""Where each article begins and ends among the units of a file, and what belongs to none."""

from collections import Counter
from itertools import pairwise
from typing import NamedTuple

from articles.importing import form_texts
from articles.importing.looks import LONGEST_TITLE, is_doubled, is_line, is_prose
from articles.importing.titles import titles
from articles.importing.units import IS_DATED, OF_CITATION, SOURCE, Unit
from articles.importing.unsure import Warned, warned

# Less than this in two paragraphs, behind the last "Source:" line, is what a form says to whoever sent it.
LEAST_ARTICLE = 300


class Part(NamedTuple):
    title: Unit
    body: list[Unit]
    source: Unit | None
    warnings: list[Warned]

    @property
    def lines(self) -> list[int]:
        units = [self.title, *self.body, *([self.source] if self.source else [])]
        return [unit.line for unit in units]


class Parted(NamedTuple):
    parts: list[Part]
    # Numbers of the blocks of which something was left out as text of forms.
    dropped: set[int]
    # About what stands in no article.
    warnings: list[Warned]


def parted(units: list[Unit]) -> Parted:
    units = whole_sources(units)
    may_be = {units[index] for index in form_texts.places(units)}
    contents, of_forms = told_apart(units, may_be)
    parts = [part for content in contents for part in parts_of(content)]
    kept = {line for part in parts for line in part.lines}
    printed = {part.title.key for part in parts}
    outside = [unit for unit in units if unit.line not in kept and unit.key not in printed]
    strange = [unit for unit in outside if unit not in of_forms and (is_prose(unit) or unit.is_source)]
    told = [warned("left_out", unit.line, unit.text) for unit in strange]
    return Parted([with_forms(part, may_be, of_forms) for part in parts], {unit.block for unit in outside}, told)


def told_apart(units: list[Unit], may_be: set[Unit]) -> tuple[list[list[Unit]], set[Unit]]:
    """The contents of the articles, and the form texts. An editor sees one too many; nobody sees a harm left out."""
    sure = {units[index] for index in form_texts.sure_places(units, set())}
    contents = [content_of(region, may_be, sure) for region in regions(units)]
    outside = {unit.key for unit in may_be.difference(*contents)}
    sure = {units[index] for index in form_texts.sure_places(units, outside)}
    contents = [[unit for unit in content if unit not in sure] for content in contents]
    return contents, may_be.difference(*contents)


def content_of(region: list[Unit], may_be: set[Unit], sure: set[Unit]) -> list[Unit]:
    """With what may be a form's between the first line that is none and the last."""
    content = [unit for unit in region if unit not in may_be]
    if not content or not content[-1].is_source:
        return last_article(region, content, may_be, sure)
    return [unit for unit in region if unit in content or (unit not in sure and unit.line > content[0].line)]


def with_forms(part: Part, may_be: set[Unit], of_forms: set[Unit]) -> Part:
    found = sorted(unit for unit in of_forms if min(part.lines) < unit.line < max(part.lines))
    told = [warned("form_inside", unit.line, unit.text) for unit in found]
    told += [warned("form_kept", unit.line, unit.text) for unit in part.body if unit in may_be]
    return part._replace(warnings=[*part.warnings, *told])


def whole_sources(units: list[Unit]) -> list[Unit]:
    """With what belongs to a citation and stands in the blocks after it."""
    found: list[Unit] = []
    for unit in units:
        last = found[-1] if found else None
        if last and last.begins_source and belongs(unit, last):
            found[-1] = last._replace(text=f"{last.text} {unit.text}")
        else:
            found.append(unit)
    return found


def belongs(unit: Unit, source: Unit) -> bool:
    is_alone = not SOURCE.sub("", source.text).strip()
    return bool(OF_CITATION.match(unit.text) or (is_alone and IS_DATED.search(unit.text)))


def regions(units: list[Unit]) -> list[list[Unit]]:
    """Each ends with a "Source:" line, but for the last."""
    found: list[list[Unit]] = [[]]
    for unit in units:
        found[-1].append(unit)
        if unit.is_source:
            found.append([])
    return [region for region in found if region]


def last_article(region: list[Unit], content: list[Unit], may_be: set[Unit], sure: set[Unit]) -> list[Unit]:
    """What is an article behind the last "Source:" line: enough prose that is no form's and stands there once."""
    counts = Counter(unit.key for unit in region)
    prose = [unit for unit in content if is_prose(unit) and counts[unit.key] == 1]
    if len(prose) < 2 or sum(len(unit.text) for unit in prose) < LEAST_ARTICLE:
        return []
    # A form may stand within the article; the forms that end it have no more than a sentence of prose behind them.
    end = next((unit.line for unit in region if unit in sure and prose[0].line < unit.line > prose[-2].line), None)
    begun = [unit for unit in region if unit not in may_be or (unit not in sure and unit.line > prose[0].line)]
    return without_lines_behind([unit for unit in begun if end is None or unit.line < end])


def without_lines_behind(units: list[Unit]) -> list[Unit]:
    """Without headings that nothing follows: they announce the forms."""
    last = max((at for at, unit in enumerate(units) if not is_line(unit)), default=-1)
    return units[: last + 1]


def parts_of(content: list[Unit]) -> list[Part]:
    begun = titles(content)
    bounds = pairwise([*begun, len(content)])
    parts = [part_of(content[start:end]) for start, end in bounds]
    unsure = {content[at] for at in begun[1:] if not is_doubled(content, at)}
    return [parts[0], *(with_unsure_title(part, unsure) for part in parts[1:])] if parts else []


def with_unsure_title(part: Part, unsure: set[Unit]) -> Part:
    told = [warned("split_unsure", unit.line, unit.text) for unit in unsure if unit.line == part.title.line]
    return part._replace(warnings=[*told, *part.warnings])


def part_of(units: list[Unit]) -> Part:
    first, source = units[0], units[-1] if units[-1].is_source else None
    body = [unit for unit in units[1:] if unit.key != first.key and unit != source]
    warnings = [warned("source_undated", unit.line, unit.text) for unit in body if unit.begins_source]
    if is_prose(first) and not is_doubled(units, 0):
        warnings.append(warned("no_title", first.line, first.text))
        body = [first, *body] if len(first.text) > LONGEST_TITLE else body
    if source is None:
        warnings.append(warned("no_source", first.line))
    return Part(first._replace(text=shortened(first.text)), body, source, warnings)


def shortened(text: str) -> str:
    if len(text) <= LONGEST_TITLE:
        return text
    return f"{text[:LONGEST_TITLE].rsplit(' ', 1)[0]}…"

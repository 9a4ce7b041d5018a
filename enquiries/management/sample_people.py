"""People who never were, and what became of each: names, numbers and a walk through the pipeline."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from itertools import accumulate
from random import Random
from typing import Any, NamedTuple, TypeVar

from enquiries.folding import fold

Row = TypeVar("Row", bound=tuple[Any, ...])

FIRST_NAMES = (  # noqa: SIM905 - as a list, each would have a line of its own
    "Zoë Ana José Łukasz Anaïs Søren Müge Håkon Chloé Björn Núria Renée Jürgen François Ángel Inês Ömer Noémie Siân "
    "Mária Aoife Olga Priya Wei Yuki Fatima Omar Grace Henry Ivan Julia Karl Laura Marco Nadia Oscar Paula Quentin "
    "Rosa Samuel Teresa Ulrich Vera Walter Xenia Yannick Adam Beatriz Carlos Diana Emil Flora Gustav Hana Isaac Jana "
    "Kofi"
).split()
LAST_NAMES = (  # noqa: SIM905 - as a list, each would have a line of its own
    "O'Brien Müller García Nowak Sørensen Yılmaz Lefèvre Ångström Gutiérrez Dvořák Núñez Kovács Şahin Çelik Björk "
    "Muñoz Peña Fitzgerald MacDonald Almeida Rossi Tanaka Nguyen Kim Patel Haddad Mensah Okafor Silva Costa Ferreira "
    "Janssen Bakker Dubois Moreau Schneider Weber Fischer Novák Horváth Popescu Ivanova Petrov Jensen Hansen Virtanen "
    "Korhonen Smith Jones Taylor Brown Wilson Evans Walker Wright Robinson Thompson Hughes Edwards Clarke Jackson "
    "Harris Turner Cooper Ward Morris Bailey Murphy Kelly Sullivan Byrne Ryan Quinn Doyle Nolan Keane Brennan "
    "Castillo Herrera"
).split()
# Code, what is dialled for it, how many people in a hundred.
COUNTRIES = (
    *(("US", "1", 38), ("CA", "1", 9), ("GB", "44", 12), ("DE", "49", 8), ("ES", "34", 6), ("FR", "33", 5)),
    *(("IE", "353", 3), ("IT", "39", 3), ("NL", "31", 3), ("PL", "48", 2), ("MX", "52", 4), ("AU", "61", 3)),
    *(("AE", "971", 2), ("MT", "356", 1), ("SE", "46", 1)),
)
# How one number is written by four people; a fifth gives none.
NUMBERS = ("+{0} ({1}) {2}-{3}", "+{0} {1} {2} {3}", "00{0}{1}{2}{3}", "+{0}-{1}-{2}-{3}", "")
# The articles are of the first content.
SOURCES = (
    *("/", "/information-packet/", "/?utm_source=newsletter", "/research/?utm_source=search"),
    *("/research/neural-progenitors-progressive-ms/", "/research/neural-progenitors-progressive-ms/?utm_source=forum"),
    *("/research/harms-of-cells-in-spinal-fluid/", "/research/cord-cells-advanced-liver-cirrhosis/"),
)
MESSAGES = ("", "", "Could somebody ring me in the evening?", "What does it cost?", "My doctor told me of you.")

TALK = ("contacted", "in_conversation")
REVIEW = (*TALK, "records", "medical_review")
OPEN_WALKS = (
    ((), 20),
    (("contacted",), 25),
    (TALK, 25),
    ((*TALK, "records"), 12),
    (REVIEW, 8),
    ((*REVIEW, "candidate", "quoted"), 6),
    (("dormant",), 4),
)
CLOSED_WALKS = (
    ((*REVIEW, "candidate", "quoted", "booked"), 22),
    ((*TALK, "lost"), 38),
    (("contacted", "lost"), 15),
    ((*REVIEW, "unsuitable"), 18),
    (("invalid",), 7),
)
REASONS = {"lost": "went elsewhere", "unsuitable": "not a candidate", "invalid": "not a person"}
# By then nearly everybody has been decided on.
USUALLY_OVER = timedelta(days=60)
STILL_OPEN_AFTER = 0.03
OVER_BEFORE = 0.25


class Person(NamedTuple):
    name: str
    mailbox: str  # the same for people of one name
    phone: str
    country: str
    message: str
    source_path: str
    walk: tuple[str, ...]  # the stages behind "new"


def person(random: Random, age: timedelta) -> Person:
    """One more of them, who asked so long ago. The same from the same state of random."""
    first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
    country, dialled, _share = weighted(random, COUNTRIES)
    number = (str(random.randrange(200, 1000)), str(random.randrange(200, 1000)), f"{random.randrange(10000):04}")
    over = random.random() < (1 - STILL_OPEN_AFTER if age > USUALLY_OVER else OVER_BEFORE)
    return Person(
        name=f"{first} {last}",
        mailbox=in_ascii(f"{first}.{last}"),
        phone=random.choice(NUMBERS).format(dialled, *number),
        country=country,
        message=random.choice(MESSAGES),
        source_path=random.choice(SOURCES),
        walk=weighted(random, CLOSED_WALKS if over else OPEN_WALKS)[0],
    )


def weighted(random: Random, rows: Sequence[Row]) -> Row:
    """One of them; the last thing in each is its weight."""
    return random.choices(rows, cum_weights=weights(rows))[0]


@cache
def weights(rows: Sequence[tuple[Any, ...]]) -> list[int]:
    return list(accumulate(row[-1] for row in rows))


@cache
def in_ascii(name: str) -> str:
    return "".join(letter for letter in fold(name) if letter == "." or (letter.isascii() and letter.isalpha()))

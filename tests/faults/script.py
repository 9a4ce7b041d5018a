"""What the scripted mail server does to a mail: decided by seed, recipient and try alone, so that tests know it too.

A script gives the share of recipients whose first try meets each of these; every later try is accepted:

450           refused for now, at RCPT
550           refused for ever, at RCPT, and again at each later try
421           "closing" at RCPT, and the connection ends
stall         the mail is never answered, and not kept
stall-at-rcpt likewise, before the mail
reset         the mail is kept, then the connection is torn down before the 250
cut           the connection is torn down before the mail
delay         no share: the seconds that every mail takes before it is kept and answered
"""

import random
from collections.abc import Iterator
from itertools import count, islice

ACCEPT = "accept"
FOR_EVER = "550"
SHARES = ("450", FOR_EVER, "421", "stall", "stall-at-rcpt", "reset", "cut")
Script = dict[str, float]


def fate(seed: int, script: Script, recipient: str) -> str:
    """What the first try meets."""
    draw = random.Random(f"{seed}:{recipient}").random()
    for behaviour in SHARES:
        draw -= script.get(behaviour, 0)
        if draw < 0:
            return behaviour
    return ACCEPT


def behaviour(seed: int, script: Script, recipient: str, number_of_try: int) -> str:
    first = fate(seed, script, recipient)
    return first if number_of_try == 1 or first == FOR_EVER else ACCEPT


def people(seed: int, script: Script, size: int, name: str) -> list[str]:
    """So many addresses of which exactly the scripted shares meet each behaviour; chance would leave rare ones out."""
    wanted = {each: round(script.get(each, 0) * size) for each in SHARES}
    wanted[ACCEPT] = size - sum(wanted.values())
    found = list(islice(_fitting(seed, script, wanted, name), size))
    random.Random(seed).shuffle(found)
    return found


def _fitting(seed: int, script: Script, wanted: dict[str, int], name: str) -> Iterator[str]:
    for number in count():
        address = f"{name}{number}@{number % 50}.example.com"
        fated = fate(seed, script, address)
        if wanted[fated]:
            wanted[fated] -= 1
            yield address

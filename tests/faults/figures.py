"""What a scenario measured: sets compared, and the line that `./run faults` prints."""

from collections import Counter
from dataclasses import dataclass, field

from clinic.embedded.speech import say
from tests.faults.stack import Stack


@dataclass(repr=False)
class Figures:
    """Of mails to addresses that are to get one each."""

    scenario: str
    seed: int
    addresses: list[str]
    seconds: float
    lost: list[str]
    copies: Counter[str]  # by address
    message_ids: dict[str, set[str]]  # by address
    more: dict[str, float] = field(default_factory=dict)
    fates: Counter[str] = field(default_factory=Counter)  # of what was lost, as the site's own database tells it

    @property
    def mails(self) -> int:
        return len(self.addresses)

    @property
    def extra_copies(self) -> int:
        return self.copies.total() - len(self.copies)

    @property
    def most_copies(self) -> int:
        return max(self.copies.values(), default=0)

    @property
    def renamed(self) -> list[str]:
        """Addresses that got one mail under two names, which no mail program could know for one."""
        return [address for address, names in self.message_ids.items() if len(names) > 1]

    def __repr__(self) -> str:
        said = {
            "mails": self.mails,
            **self.more,
            "lost": len(self.lost),
            "extra copies": self.extra_copies,
            "most copies": self.most_copies,
            "seconds": round(self.seconds, 1),
        }
        figures = [f"{name.replace('_', ' ')} {figure:g}" for name, figure in said.items()]
        fates = "".join(f", {count} {fate}" for fate, count in self.fates.items())
        return f"{self.scenario}: {', '.join(figures)}{fates} (seed {self.seed})"


def figures_of(stack: Stack, scenario: str, addresses: list[str], seconds: float, **more: float) -> Figures:
    wanted = set(addresses)
    accepted = [(name, address) for name, address in stack.mail.accepted() if address in wanted]
    copies = Counter(address for _name, address in accepted)
    names: dict[str, set[str]] = {}
    for name, address in accepted:
        names.setdefault(address, set()).add(name)
    lost = [address for address in addresses if stack.mail.delivers_to(address) and not copies[address]]
    fates = Counter(stack.outbox.fate(address) for address in lost)
    figures = Figures(scenario, stack.seed, addresses, seconds, lost, copies, names, more, fates)
    say(str(figures))
    return figures

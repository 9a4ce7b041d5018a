"""Citations made by a seed, as odd as real ones are."""

from random import Random
from typing import Any

FAMILIES = [
    "Harris", "López Quiceno", "van der Berg", "O'Brien", "de la Cruz", "Müller", "Żółć", "Ångström", "d’Angelo",
    "al-Rashid", "St. John", "Ali-Khan", "Fu", "Mesa Bedoya", "ter Braak", "Đặng", "Çelik", "Nuñez & Co",
]  # fmt: skip
GROUPS = ["STAR-MS Study Group", "Research and Trials Consortium", "Zoë O'Brien & Sons Collaboration"]
TITLES = [
    "Do cells help? A trial", "Dose 1.5 vs. 2.0 million cells", "100% of mice_and {braces} ~ here",
    "Cells: “blinded” work", "Efficacy at $5 #1", "MSC-NPs in SPMS \\ PPMS", "Why TNF-α & IL-6",
    "Cells in the U.S.: it works!", "A “safe” dose?",
]  # fmt: skip
PAGES = ("2771-2794", "e928", "S3-S9", "9463314", "146", None)


def citation(seed: int) -> dict[str, Any]:
    chance = Random(seed)
    return {
        "authors": [author(chance) for _ in range(chance.randint(1, 9))],
        "authors_truncated": chance.random() < 0.3,
        "title": f"{chance.choice(TITLES)} {seed}",
        "journal": chance.choice(["J Example Med", "Cell Mol Life Sci", "Cells (Basel)", "Proc R Soc B & C"]),
        "year": chance.randint(1950, 2026),
        "volume": chance.choice(["8", "2022", "12 Suppl 1", None]),
        "issue": chance.choice(["1", "Suppl 1", "7-8", None]),
        "pages": chance.choice(PAGES),
        "doi": chance.choice([f"10.5555/A_{seed}", f"10.5555/S0140(20)30-{seed}", f"10.5555/a<{seed}::b>3;2", None]),
        "pmid": chance.choice([str(10_000_000 + seed), None]),
        "pmcid": chance.choice([f"PMC{seed}", None]),
        "nct": chance.choice([f"NCT{seed:08}", None]),
    }  # fmt: skip


def author(chance: Random) -> str:
    if chance.random() < 0.1:
        return chance.choice(GROUPS)
    initials = "".join(chance.choice("ABCJKYZÖŁ") for _ in range(chance.randint(1, 3)))
    return " ".join(filter(None, [chance.choice(FAMILIES), initials, chance.choice([""] * 9 + ["Jr", "III"])]))

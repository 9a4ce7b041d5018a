"""Articles about studies that never were: the content of one, by its number and a seed."""

import re
from random import Random
from typing import Any

CONDITIONS = (
    "asthma", "back pain", "blindness", "burns", "cerebral palsy", "colitis", "Crohn's disease", "deafness", "dementia",
    "diabetes", "epilepsy", "fibromyalgia", "frailty", "gout", "hair loss", "heart failure", "hip arthritis",
    "kidney disease", "knee arthritis", "liver scarring", "lupus", "migraine", "multiple sclerosis", "muscle wasting",
    "Parkinson's disease", "psoriasis", "scleroderma", "sickle cell disease", "spinal cord injury", "stroke",
)  # fmt: skip
CELLS = ("bone marrow", "fat tissue", "umbilical cord", "placenta", "dental pulp", "own blood", "embryonic stem cells")
ROUTES = ("Into a vein", "Intrathecal (into the spinal fluid)", "Into the joint", "Under the skin", "By catheter")
DESIGNS = {
    "Randomized controlled trial, double-blind": "a randomized trial",
    "Randomized controlled trial, open-label": "a randomized trial",
    "Single-arm phase I trial": "a single-arm trial",
    "Systematic review and meta-analysis": "a systematic review",
    "Animal study in mice": "a study in mice",
}
FOUND = ("no gap between the groups", "a small gap in pain", "a gap that could be chance", "less swelling for a month")
HARMS = ("headache", "fever", "pain where the needle went in", "a rash", "tiredness", "an infection of the skin")
# What fills a page, and makes words that are in many articles and words that are in few.
FILLING_WORDS = (
    "sleep walking stairs hands grip speech memory appetite weight mood work school family travel rest exercise diet "
    "vitamins doctors nurses scans blood tests needles tubes drugs steroids visits months years seasons letters calls "
    "questions answers scales scores charts tables chance age women men children parents smokers runners farmers"
)
FILLING = re.findall(r"\w+", FILLING_WORDS)


def content_of(number: int, random: Random, topic: str) -> dict[str, Any]:
    condition, cells, design = random.choice(CONDITIONS), random.choice(CELLS), random.choice(list(DESIGNS))
    people, found, harm = random.randint(10, 600), random.choice(FOUND), random.choice(HARMS)
    summary = f"In {DESIGNS[design]} of {people} with {condition}, cells from {cells} were tried; there was {found}."
    told = dict.fromkeys(("control", "blinding", "follow_up", "uncertainty", "funding"), "As the paper says")
    return {
        "title": f"Stem cells from {cells} for {condition}: sample {number}",
        "summary": summary,
        "topics": [topic],
        "study": {
            "design": design,
            "participants": f"{people} people with {condition}",
            "main_result": found,
            "harms": harm,
            "limits": "It was one study",
            "cell_source": cells,
            "route": random.choice(ROUTES),
            **told,
        },
        "citation": {
            "authors": [f"Sample {random.choice('ABCDEFGH')}", "Sørensen Å"],
            "title": f"Cells of {cells} in {condition}",
            "journal": "Journal of Samples",
            "year": random.randint(2005, 2026),
            "doi": f"10.5555/sample.{number}",
        },
        "sections": sections(random, summary, condition, harm),
    }


def sections(random: Random, summary: str, condition: str, harm: str) -> list[dict[str, str]]:
    bodies = {
        "bottom_line": summary,
        "study": f"Stem cells were given for {condition}. {paragraph(random)}",
        "findings": paragraph(random),
        "harms": f"Some had {harm}. {paragraph(random)}",
        "limits": "It was one study, and it was small.",
    }
    return [
        {"kind": kind, "heading": kind.replace("_", " ").capitalize(), "body": body} for kind, body in bodies.items()
    ]


def paragraph(random: Random) -> str:
    return " ".join(f"The {' '.join(random.sample(FILLING, 8))} were written down." for _ in range(8))

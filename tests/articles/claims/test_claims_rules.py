import csv
from pathlib import Path

import pytest

from articles.claims import scoring
from articles.claims.designs import kind_of
from articles.claims.lint import findings, in_paragraph
from articles.claims.rules import Find, possible, rules

pytestmark = pytest.mark.pure
HERE = Path(__file__).parent


def fires(rule: str, example: str) -> bool:
    design, _, text = example.rpartition(" :: ")
    return rule in {found.rule for found in findings(text, design)}


@pytest.mark.parametrize("rule", scoring.SCORED)
def test_a_rule_finds_its_positive_examples_and_leaves_its_negative_ones_alone(rule: str) -> None:
    examples = rules()[rule]
    assert [text for text in examples.positive if not fires(rule, text)] == []
    assert [text for text in examples.negative if fires(rule, text)] == []


@pytest.mark.parametrize("rule", rules())
def test_a_rule_says_why_and_from_where_and_what_to_write_instead_with_ten_examples_each_way(rule: str) -> None:
    told = rules()[rule]
    assert told.why
    assert told.source
    assert told.fix
    assert len(told.positive) >= 10
    assert len(told.negative) >= 10


@pytest.mark.parametrize("sample", ["sample_tuned_on", "sample_held_out"])
def test_samples_written_before_the_rules_are_found_without_crying_wolf(sample: str) -> None:
    total = scoring.score(
        (scoring.expected_rules(row["expected"]), scoring.fired(row["text"], row["design"])) for row in read(sample)
    )
    assert total.recall >= 0.95
    assert total.precision >= 0.85


def test_honest_rows_are_left_alone() -> None:
    honest = [row for sample in ("sample_tuned_on", "sample_held_out") for row in read(sample) if not row["expected"]]
    noisy = [row["text"] for row in honest if scoring.fired(row["text"], row["design"])]
    assert len(noisy) <= 0.05 * len(honest)


def test_skipping_patterns_whose_cues_are_absent_changes_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = read("sample_tuned_on")
    quick = [findings(row["text"], row["design"]) for row in rows]
    monkeypatch.setattr(Find, "may_be_in", lambda find, there: True)
    forget_what_was_found()
    assert quick == [findings(row["text"], row["design"]) for row in rows]
    forget_what_was_found()


def forget_what_was_found() -> None:
    for kept in (in_paragraph, possible):
        kept.cache_clear()


def test_every_pattern_but_those_for_first_persons_has_a_cue_to_skip_it_by() -> None:
    without = {
        (rule.id, number) for rule in rules().values() for number, find in enumerate(rule.finds) if not find.cues
    }
    assert {rule for rule, number in without} <= {"testimonial"}


def test_a_claim_is_found_under_markup_and_typographic_signs() -> None:
    assert fires("absolute-safety", "The cells are **completely safe**.")
    assert fires("testimonial", "“I’m a new woman,” she says.")
    assert fires("cure", "Stem cells\ncure [lupus](https://example.org/).")


def test_numbers_far_away_do_not_make_no_harm_honest() -> None:
    assert fires("no-harm-without-numbers", "Twenty people were followed for a year.\n\nNo side effects were seen.")
    assert not fires("no-harm-without-numbers", "Twenty people were followed for a year. No side effects were seen.")


def test_a_claim_that_is_quoted_to_be_refuted_is_no_claim() -> None:
    assert not fires("hype", 'Adverts speak of a "miracle".')
    assert not fires("cure", "You may hear that the cells cure lupus. That is not true.")
    assert fires("cure", "You may hear that the cells cure lupus. That is what we saw.")


@pytest.mark.parametrize(
    ("design", "kind"),
    [
        ("Randomised controlled trial", "randomised"),
        ("RCT, open-label", "randomised"),
        ("Non-randomised comparison", "uncontrolled"),
        ("Single-arm phase I trial", "uncontrolled"),
        ("Prospective cohort", "uncontrolled"),
        ("Randomised experiment in rats", "animal"),
        ("In vitro", "animal"),
        ("Systematic review and meta-analysis", "review"),
        ("Narrative review", "review"),
        ("", ""),
    ],
)
def test_what_a_design_can_show_is_told_from_its_words(design: str, kind: str) -> None:
    assert kind_of(design) == kind


def read(sample: str) -> list[dict[str, str]]:
    with (HERE / f"{sample}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))

import json

import pytest

from articles.claims.causal import WEIGHTS, Claim, kind_of_claim, weights
from articles.claims.signs import tags

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        (Claim.DIRECT, "Eating a handful of nuts a day cuts the risk of heart disease, a new study shows."),
        (Claim.DIRECT, "Researchers have found that drinking coffee protects the liver."),
        (Claim.DIRECT, "The new vaccine prevents severe illness in older adults."),
        (Claim.DIRECT, "Stem cell infusions improved walking speed in people with MS."),
        (Claim.DIRECT, "Playing video games makes children more aggressive."),
        (Claim.DIRECT, "Air pollution causes dementia, scientists warn."),
        (Claim.DIRECT, "A daily walk lowers blood pressure."),
        (Claim.CONDITIONAL, "A daily glass of wine may reduce the risk of stroke."),
        (Claim.CONDITIONAL, "Sleeping badly could lead to memory problems, a study suggests."),
        (Claim.CONDITIONAL, "The findings suggest that vitamin D might help to prevent colds."),
        (Claim.CORRELATIONAL, "People who eat more fish are less likely to have a stroke."),
        (Claim.CORRELATIONAL, "Obesity is linked to a higher risk of 13 cancers."),
        (Claim.CORRELATIONAL, "Depression was associated with shorter survival."),
        (Claim.NONE, "The study was funded by the Medical Research Council."),
        (Claim.NONE, "More research is needed before doctors can recommend the treatment."),
        (Claim.NONE, "About one in ten people live with the disease."),
    ],
)
def test_cause_hint_and_link_are_told_apart_in_the_language_of_press_offices(claim: Claim, sentence: str) -> None:
    assert kind_of_claim(sentence) is claim


def test_a_sentence_without_any_known_word_claims_nothing() -> None:
    assert kind_of_claim("Zoë O'Brien & Sons") is Claim.NONE
    assert kind_of_claim("") is Claim.NONE


def test_the_weights_are_of_single_signs_and_hold_no_sentence() -> None:
    assert all(len(each) == len(Claim) for each in weights().values())
    assert max(len(sign.split()) for sign in weights()) <= 8
    assert len(json.loads(WEIGHTS.read_text(encoding="utf-8"))) <= 1250


def test_a_verb_is_known_in_each_of_its_forms() -> None:
    known = tags()
    assert {
        known[word] for word in ("carry", "modifies", "modified", "led", "stopping", "driven") if word in known
    } == {
        "affectS",
        "affectD",
        "makeD",
        "makeG",
    }

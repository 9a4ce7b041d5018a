import csv
import json
from pathlib import Path

import pytest

from articles.claims.causal import WEIGHTS, Claim, kind_of_claim, weights
from articles.claims.frames import frames
from articles.claims.signs import signs
from articles.claims.tagging import forms, read, tags, verbs

pytestmark = pytest.mark.pure
OWN = Path(__file__).parent / "claims_of_our_own.csv"


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


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        (Claim.DIRECT, "The training did not reduce the number of falls."),
        (Claim.DIRECT, "In adults with asthma, the new inhaler reduced attacks."),
        (Claim.DIRECT, "Diesel fumes are harming children's lungs."),
        (Claim.DIRECT, "The cream had no effect on scars."),
        (Claim.DIRECT, "The infusion was safe and effective."),
        (Claim.DIRECT, "The course was effective in helping nurses to sleep."),
        (Claim.DIRECT, "Better lighting resulted in fewer accidents."),
        (Claim.DIRECT, "Heart rate was not affected by the injection."),
        (Claim.DIRECT, "The splint was shown to significantly reduce pain."),
        (Claim.DIRECT, "Smoking and drinking both increase the cost of care."),
        (Claim.DIRECT, "The brace failed to improve posture."),
        (Claim.DIRECT, "Vouchers doubled the number of visits."),
        (Claim.DIRECT, "Gardening zaps the risk of stroke."),
        (Claim.CONDITIONAL, "The gene may play a role in asthma."),
        (Claim.CONDITIONAL, "Garlic is thought to lower cholesterol."),
        (Claim.CORRELATIONAL, "Patients with gout have increased blood pressure."),
        (Claim.CORRELATIONAL, "An increased risk of asthma was found in bakers."),
        (Claim.CORRELATIONAL, "Nurses who work nights are twice as likely to have a stroke."),
        (Claim.NONE, "Larger trials are needed to find out whether yoga reduces pain."),
        (Claim.NONE, "Doctors should offer the vaccine to reduce the number of deaths."),
        (Claim.NONE, "The effect of yoga on pain should be studied further."),
        (Claim.NONE, "Many patients did not achieve the goals of treatment."),
    ],
)
def test_what_a_verb_is_used_for_decides_what_is_claimed(claim: Claim, sentence: str) -> None:
    assert kind_of_claim(sentence) is claim


@pytest.mark.parametrize(
    ("word", "tag", "sentence"),
    [
        ("increased", "change.adj", "There is a small increased death risk in winter."),
        ("increased", "change.acts", "The diet increased weight."),
        ("lower", "change.may", "A daily walk may lower blood pressure."),
        ("cut", "change.acts", "The tax has cut smoking."),
        ("impact", "effect", "The ban had a big impact on trade."),
        ("impacts", "affect.acts", "Noise impacts sleep."),
        ("results", "make.acts", "Smoking results in cancer."),
        ("results", "make.acts", "This results in better sleep."),
        ("allows", "tells", "This allows us to see how cells divide."),
        ("increase", "change.acts", "Age and weight both increase risk."),
        ("improved", "change.acts", "Surgery improved sleep in people whose pain was severe."),
        ("zaps", "make.acts", "Gardening zaps the risk of stroke."),
        ("masks", "word", "Nurses wear masks."),
        ("results", "study", "The results in children were good."),
        ("caused", "make.passiveby", "Dementia is often caused by strokes."),
        ("improve", "change.not", "The drug doesn't improve sleep."),
    ],
)
def test_a_word_is_read_by_what_stands_around_it(word: str, tag: str, sentence: str) -> None:
    assert dict(read(sentence))[word] == tag


def test_sentences_of_our_own_that_no_fit_has_seen_are_told_apart() -> None:
    with OWN.open(encoding="utf-8", newline="") as lines:
        wrong = [row for row in csv.DictReader(lines) if kind_of_claim(row["sentence"]) != int(row["label"])]
    assert wrong == []


@pytest.mark.parametrize(
    ("claim", "how", "every"),
    [
        (Claim.DIRECT, "A daily walk {S} pain in adults.", 1),
        (Claim.DIRECT, "The training did not {B} pain.", 5),
        (Claim.CONDITIONAL, "A daily walk may {B} pain in adults.", 5),
        (Claim.NONE, "It is unclear whether the training {S} pain.", 5),
    ],
)
def test_what_is_claimed_hangs_on_the_turn_of_phrase_and_not_on_its_verb(claim: Claim, how: str, every: int) -> None:
    causing = [dict(forms(verb, past)) for kind, verb, past in verbs() if kind in {"change", "make"}]
    assert len(causing) > 250
    said = [how.format(**forms_of) for forms_of in causing[::every]]
    wrong = [sentence for sentence in said if kind_of_claim(sentence) is not claim]
    assert len(wrong) <= 5 / every, wrong


def test_what_acts_is_the_head_of_the_subject_behind_what_leads_in() -> None:
    assert "plain cause of treatment" in signs("In women with asthma, exercise in groups eases attacks.")
    assert "plain cause of people" in signs("In this trial, women with asthma improve air in schools.")


def test_each_weight_is_of_a_sign_that_can_be_found() -> None:
    leads = {*frames(), "has", "word", "pair", "row", "cause", "causes", "plain", "length", "advice", ""}
    assert {sign.split(" ")[0] for sign in weights()} <= leads


def test_a_sentence_without_any_known_word_claims_nothing() -> None:
    assert kind_of_claim("Zoë O'Brien & Sons") is Claim.NONE
    assert kind_of_claim("") is Claim.NONE


def test_the_weights_are_of_single_signs_and_hold_no_sentence() -> None:
    assert all(len(each) == len(Claim) for each in weights().values())
    assert max(len(sign.split()) for sign in weights()) <= 4
    assert len(json.loads(WEIGHTS.read_text(encoding="utf-8"))) <= 2501


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

"""Fits the weights of articles/claims/causal.py: python bench/causal_weights.py CORPUS.csv ABSTRACTS.json

The corpus is data/pubmed_causal_language_use.csv of github.com/junwang4/causal-language-use-in-science: GPL, so it is
never committed, and only weights of single signs are kept. Needs scikit-learn, which the site does not. Rows whose
sha256 is odd are never read by the fit: `manage.py lint_articles --causal` on them alone says how well it does. What it
prints comes from the other half, each fifth of it judged by weights fitted on the rest and on our own sentences.

The abstracts are data/ori_pqal.json of github.com/pubmedqa/pubmedqa. Their conclusions, of all of medicine, were
labelled here, by one reader who saw what an older fit had said; a hash of each sentence stands beside its label.
"""

import csv
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from articles.claims.sentences import sentences  # noqa: E402
from articles.claims.signs import signs  # noqa: E402

# In the language of press offices, which the corpus lacks.
OWN = ROOT / "bench/causal_sentences.csv"
LABELS = ROOT / "bench/causal_labels.csv"
# Many signs held down hard judge what they never saw better than few that are trusted.
RARE, KEPT, STRENGTH = 3, 2500, 0.05
Row = tuple[set[str], int]


def main(corpus: Path, abstracts: Path) -> None:
    even = [(signs(text), label) for text, label in read(corpus) if is_even(text)]
    own = [(signs(text), label) for text, label in (*read(OWN), *labelled(abstracts))]
    print(f"f1 of direct claims, each fifth by the others: {cross_validated(even, own):.3f}")  # noqa: T201
    names, model = fit(even + own)
    rounded = {name: [round(100 * each) for each in model.coef_[:, at]] for at, name in enumerate(names)}
    weights = {"": [round(100 * each) for each in model.intercept_]} | dict(sorted(rounded.items()))
    lines = ",\n".join(f"{json.dumps(sign)}: {json.dumps(each)}" for sign, each in weights.items())
    (ROOT / "articles/claims/causal_weights.json").write_text("{\n" + lines + "\n}\n", encoding="utf-8")


def read(file: Path) -> Iterator[tuple[str, int]]:
    with file.open(encoding="utf-8") as rows:
        yield from ((row["sentence"], int(row["label"])) for row in csv.DictReader(rows))


def labelled(abstracts: Path) -> Iterator[tuple[str, int]]:
    with LABELS.open(encoding="utf-8") as rows:
        labels = {row["sha256"]: int(row["label"]) for row in csv.DictReader(rows)}
    for abstract in json.loads(abstracts.read_text(encoding="utf-8")).values():
        for sentence in sentences(abstract["LONG_ANSWER"]):
            known = hashlib.sha256(sentence.encode()).hexdigest()[:12]
            if known in labels:
                yield sentence, labels[known]


def is_even(text: str) -> bool:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 2 == 0


def fit(rows: list[Row]) -> tuple[list[str], Any]:
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.feature_selection import chi2
    from sklearn.linear_model import LogisticRegression

    counts = Counter(sign for found, _ in rows for sign in found)
    vectors, labels = DictVectorizer(), [label for _, label in rows]
    table = vectors.fit_transform([{sign: 1 for sign in found if counts[sign] >= RARE} for found, _ in rows])
    best = (-chi2(table, labels)[0]).argsort()[:KEPT]
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=1000).fit(table[:, best], labels)
    return list(vectors.get_feature_names_out()[best]), model


def cross_validated(rows: list[Row], own: list[Row]) -> float:
    """The mean of three rounds."""
    from sklearn.metrics import f1_score
    from sklearn.model_selection import StratifiedKFold

    labels, scores = [label for _, label in rows], []
    for seed in range(3):
        said = [0] * len(rows)
        for learn, judge in StratifiedKFold(5, shuffle=True, random_state=seed).split(rows, labels):
            names, model = fit([rows[at] for at in learn] + own)
            for at in judge:
                said[at] = model.predict([[name in rows[at][0] for name in names]])[0]
        scores.append(float(f1_score(labels, said, labels=[1], average=None)[0]))
    return sum(scores) / len(scores)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

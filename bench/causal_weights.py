"""Fits the weights of articles/claims/causal.py on half of a corpus: python bench/causal_weights.py CORPUS.csv

The corpus is data/pubmed_causal_language_use.csv of github.com/junwang4/causal-language-use-in-science: GPL, so it is
never committed, and only weights of single signs are kept. Needs scikit-learn, which the site does not. Rows whose
sha256 is odd are never read by the fit; what it prints for them is the honest figure.
"""

import csv
import hashlib
import json
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from articles.claims.signs import signs  # noqa: E402

RARE = 4


def main(corpus: Path, kept: int, strength: float) -> None:
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.feature_selection import chi2
    from sklearn.linear_model import LogisticRegression

    rows = [(row["sentence"], int(row["label"])) for row in csv.DictReader(corpus.open(encoding="utf-8"))]
    even = [(signs(text), label) for text, label in rows if int(hashlib.sha256(text.encode()).hexdigest(), 16) % 2 == 0]
    counts = Counter(sign for found, _ in even for sign in found)
    labels = [label for _, label in even]
    vectors = DictVectorizer()
    table = vectors.fit_transform([{sign: 1 for sign in found if counts[sign] >= RARE} for found, _ in even])
    best = (-chi2(table, labels)[0]).argsort()[:kept]
    model = LogisticRegression(C=strength, class_weight="balanced", max_iter=500).fit(table[:, best], labels)
    names = vectors.get_feature_names_out()[best]
    rounded = {name: [round(100 * each) for each in model.coef_[:, at]] for at, name in enumerate(names)}
    weights = {"": [round(100 * each) for each in model.intercept_]} | dict(sorted(rounded.items()))
    lines = ",\n".join(f"{json.dumps(sign)}: {json.dumps(each)}" for sign, each in weights.items())
    (ROOT / "articles/claims/causal_weights.json").write_text("{\n" + lines + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), kept=int(sys.argv[2]), strength=float(sys.argv[3]))

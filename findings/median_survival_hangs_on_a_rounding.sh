#!/usr/bin/env bash
# lifelines 0.30.3, KaplanMeierFitter: where exactly half of the people have died and the next one dies years later, the
# median survival is the month of the half or the month of the next, by what is left over in the sixteenth figure. The
# curve is put together by logarithms, so that one half comes out a trifle above or below, and the median is the first
# month with 0.5 or less. With 6, 12, 18 and 24 people of the very same months it is 40, 9, 40 and 9.
# statsmodels 0.15.0, SurvfuncRight, works by logarithms, too, and asks for less than a half, which is another rule; one
# death a month, it keeps to it with 10 people and breaks it with 12. scipy 1.17.1, ecdf, has 0.5 and the same month each
# time. None of them warns, and a curve drawn of it looks the same.
# Guess before: the same months, each person counted twice, have the same median, in each by its own rule for a tie; where
# a product of fractions slips in its last figure, a tolerance takes that up.
# What follows for us: nothing of ours reckons a median, authors' own are quoted. Who reckons one out of a table of people
# does it once more with everybody doubled, and says both months where half is reached exactly.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "lifelines==0.30.3" "statsmodels==0.15.0" "scipy==1.17.1" "pandas==2.3.3" 2>/dev/null
cat >median.py <<'PYTHON'
from lifelines import KaplanMeierFitter
from scipy import stats
from statsmodels.api import SurvfuncRight


def told(months, died):
    fitted = KaplanMeierFitter().fit(months, died)
    off = fitted.survival_function_.iloc[:, 0].sub(0.5).abs().min()
    curve = stats.ecdf(stats.CensoredData.right_censored(months, [not one for one in died])).sf
    reached = curve.quantiles[curve.probabilities <= 0.5][0]
    print(
        f"{len(months)} people: lifelines {fitted.median_survival_time_:g} (off by {'a trifle' if off else 'nothing'}),",
        f"scipy {reached:g}, statsmodels {SurvfuncRight(months, died).quantile(0.5):g}",
    )


print("died in month 2, 5, 9 and 40, alive in 50 and 60")
for times in (1, 2, 3, 4):
    told(sorted([2, 5, 9, 40, 50, 60] * times), [1, 1, 1, 1] * times + [0, 0] * times)
print("one death a month")
for people in (4, 6, 10, 12):
    told(list(range(1, people + 1)), [1] * people)
PYTHON
seen=$(venv/bin/python -W ignore median.py)
printf '%s\n' "$seen"
expected='died in month 2, 5, 9 and 40, alive in 50 and 60
6 people: lifelines 40 (off by a trifle), scipy 9, statsmodels 40
12 people: lifelines 9 (off by a trifle), scipy 9, statsmodels 40
18 people: lifelines 40 (off by a trifle), scipy 9, statsmodels 40
24 people: lifelines 9 (off by a trifle), scipy 9, statsmodels 40
one death a month
4 people: lifelines 2 (off by nothing), scipy 2, statsmodels 3
6 people: lifelines 4 (off by a trifle), scipy 3, statsmodels 4
10 people: lifelines 5 (off by a trifle), scipy 5, statsmodels 6
12 people: lifelines 6 (off by a trifle), scipy 6, statsmodels 6'
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }

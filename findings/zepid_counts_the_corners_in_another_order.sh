#!/usr/bin/env bash
# zepid 0.9.1, the functions of zepid.calc that take the four counts of a trial's table: each says of b that it counts
# who was not treated and had the outcome, and of c who was treated and had it not. They compute with b and c the other
# way round, a / (a + b) being the risk of the treated. Who follows the documentation gets another risk ratio, risk
# difference and number needed to treat, without an error. The odds ratio is the same by either order, so that a check
# by it passes. zepid.RiskRatio, which counts rows of a table by itself, is right.
# Guess before: the parameters are what the function says of them.
# What follows for us: nothing of ours computes with zepid. Who takes a number out of counts reckons one known trial by
# hand first, one whose groups differ in size, and compares more than the odds ratio: here 3 of 60 treated, and 10 of
# 40 not, are harmed, so the risk ratio is 0.2 and one of five is spared.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "zepid==0.9.1" "numpy==1.26.4" "scipy==1.17.1" "pandas==2.3.3" "statsmodels==0.15.0" 2>/dev/null
cat >count.py <<'PYTHON'
import inspect
import warnings

import pandas

warnings.simplefilter("ignore")
import zepid  # noqa: E402 - after the filter
from zepid import calc  # noqa: E402

TREATED_HARMED, TREATED_WELL, OTHERS_HARMED, OTHERS_WELL = 3, 57, 10, 30
told = [line.strip() for line in inspect.getdoc(calc.risk_ratio).splitlines() if line.strip().startswith("Count of")]
print("says of a, b, c, d:", *(line.removeprefix("Count of ").replace(" individuals", "") for line in told), sep="\n  ")
by_the_documentation = TREATED_HARMED, OTHERS_HARMED, TREATED_WELL, OTHERS_WELL
by_rows_of_the_table = TREATED_HARMED, TREATED_WELL, OTHERS_HARMED, OTHERS_WELL
for name, counts in {"as it says": by_the_documentation, "the other way": by_rows_of_the_table}.items():
    print(name)
    for function in (calc.risk_ratio, calc.risk_difference, calc.number_needed_to_treat, calc.odds_ratio):
        print(f"  {function.__name__}: {function(*counts).point_estimate:.2f}")
people = pandas.DataFrame({"treated": [1] * 60 + [0] * 40, "harmed": [1] * 3 + [0] * 57 + [1] * 10 + [0] * 30})
counted = zepid.RiskRatio()
counted.fit(people, exposure="treated", outcome="harmed")
print(f"RiskRatio: {counted.risk_ratio[1]:.2f}")
PYTHON
seen=$(venv/bin/python count.py)
printf '%s\n' "$seen"
expected='says of a, b, c, d:
  exposed with outcome
  unexposed with outcome
  exposed without outcome
  unexposed without outcome
as it says
  risk_ratio: 0.35
  risk_difference: -0.42
  number_needed_to_treat: -2.36
  odds_ratio: 0.16
the other way
  risk_ratio: 0.20
  risk_difference: -0.20
  number_needed_to_treat: -5.00
  odds_ratio: 0.16
RiskRatio: 0.20'
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }

#!/usr/bin/env bash
# simple-statistics 7.12.1, cumulativeStdNormalProbability: it reads a printed table of the normal distribution, of four
# figures, which ends at z = 3.09. Beyond, all is 0.999, so that a two-sided p made of it is 0.002 for z = 3.1, 4 and 10
# alike, none is ever smaller, and what is below 0.001 cannot be told from what is not. Nearer by, p comes in steps. Its
# probit(0.975) is 1.9572 instead of 1.9600, so an interval of 95 % is too narrow by it. jstat 1.9.6 is right in both.
# jstat in turn gives by quartiles three of the values themselves, and for 1 to 6 a middle one of 3, while its median is 3.5
# and its quantiles and percentile have other first and third quarters; simple-statistics has 2.25, 3.5, 4.75.
# Guess before: some approximation, right to three or four figures of p; and that the second quartile is the median.
# What follows for us: no page reckons a p-value, authors' own are quoted. Who draws a forest plot or checks a table in the
# browser takes the error function of a library that is tested in the tails, and tests it at z = 5.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-package-lock --no-fund --no-audit "simple-statistics@7.12.1" "jstat@1.9.6" >/dev/null
cat >reckon.js <<'NODE'
const simple = require('simple-statistics');
const { jStat } = require('jstat');
for (const z of [1.955, 1.96, 1.964, 3.0, 3.1, 4, 5, 10]) {
  const [by_simple, by_jstat] = [simple.cumulativeStdNormalProbability(z), jStat.normal.cdf(z, 0, 1)].map((below) => 2 * (1 - below));
  console.log(`z ${z}: simple-statistics ${by_simple.toPrecision(2)}, jstat ${by_jstat.toPrecision(2)}`);
}
console.log(`97.5 %: simple-statistics ${simple.probit(0.975).toFixed(4)}, jstat ${jStat.normal.inv(0.975, 0, 1).toFixed(4)}`);
const days = [1, 2, 3, 4, 5, 6];
const quarters = [0.25, 0.5, 0.75];
console.log('jstat: quartiles', jStat.quartiles(days), 'median', jStat.median(days));
console.log('jstat: quantiles', jStat.quantiles(days, quarters), 'percentile', quarters.map((part) => jStat.percentile(days, part)));
console.log('simple-statistics: quantile', simple.quantile(days, quarters), 'median', simple.median(days));
NODE
seen=$(node reckon.js)
printf '%s\n' "$seen"
expected='z 1.955: simple-statistics 0.050, jstat 0.051
z 1.96: simple-statistics 0.050, jstat 0.050
z 1.964: simple-statistics 0.050, jstat 0.050
z 3: simple-statistics 0.0026, jstat 0.0027
z 3.1: simple-statistics 0.0020, jstat 0.0019
z 4: simple-statistics 0.0020, jstat 0.000063
z 5: simple-statistics 0.0020, jstat 5.7e-7
z 10: simple-statistics 0.0020, jstat 0.0
97.5 %: simple-statistics 1.9572, jstat 1.9600
jstat: quartiles [ 2, 3, 5 ] median 3.5
jstat: quantiles [ 1.9375, 3.5, 5.0625 ] percentile [ 2.25, 3.5, 4.75 ]
simple-statistics: quantile [ 2.25, 3.5, 4.75 ] median 3.5'
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }

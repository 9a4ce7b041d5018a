import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.pure
ROWS = """text,design,expected
The cells cure lupus.,single-arm,cure
No side effects were seen. It is a miracle.,single-arm,hype; no-harm-without-numbers
The cells are completely safe.,narrative review,
Nine of 20 people walked further.,single-arm,abbreviation
She wore a hat.,single-arm,proof
"""


def said(*arguments: object) -> list[str]:
    out = StringIO()
    call_command("lint_articles", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_score_ends_with_recall_and_precision_and_reports_each_row(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(ROWS)
    lines = said("--score", tmp_path / "rows.csv", "--report", tmp_path / "report.json")
    assert lines[-1] == "recall 0.75 precision 0.75"
    report = json.loads((tmp_path / "report.json").read_text())
    assert report == [["cure"], ["no-harm-without-numbers", "hype"], ["absolute-safety"], [], []]


def test_a_file_without_the_columns_is_refused_with_their_names(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("text,label\nx,1\n")
    with pytest.raises(CommandError, match="no column design, expected"):
        said("--score", tmp_path / "rows.csv")


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        said("--score", tmp_path / "none.csv")


def test_causal_prints_the_confusion_table_and_how_well_direct_claims_are_told(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(
        "sentence,label\n"
        "A daily walk lowers blood pressure.,1\n"
        "A daily walk may lower blood pressure.,2\n"
        "The study was funded by the ministry.,0\n"
        "Obesity is linked to a higher risk of 13 cancers.,1\n"
        "Obesity is associated with asthma.,3\n"
    )
    lines = said("--causal", tmp_path / "rows.csv")
    assert [line.split()[-4:] for line in lines[1:-1]] == [
        ["1", "0", "0", "0"],
        ["0", "1", "0", "1"],
        ["0", "0", "1", "0"],
        ["0", "0", "0", "1"],
    ]
    assert lines[-1] == "direct precision 1.00 recall 0.50 f1 0.67"


def test_a_label_of_none_of_the_four_kinds_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("sentence,label\nIt rained.,yes\n")
    with pytest.raises(CommandError, match="not 'yes'"):
        said("--causal", tmp_path / "rows.csv")

import subprocess
import sys

# Of 7 to 20 MB each, for the few that set a packet, draw a card or read a workbook.
HEAVY = ("openpyxl", "pypdf", "typst")
ASK = f"""
import sys
import django
django.setup()
from mailings import delivery, tasks
print(*({{*{HEAVY!r}}} & {{*sys.modules}}))
"""


def test_who_delivers_mail_loads_nothing_of_documents() -> None:
    loaded = subprocess.run([sys.executable, "-c", ASK], check=True, capture_output=True, text=True).stdout
    assert loaded.split() == []

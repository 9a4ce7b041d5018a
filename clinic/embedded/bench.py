"""`./run bench`: the programs of bench/ on servers that are thrown away afterwards."""

import subprocess
import sys

from clinic.embedded.environment import environment
from clinic.embedded.processes import ROOT
from clinic.embedded.servers import throw_away_servers


def run_bench(arguments: list[str]) -> int:
    with throw_away_servers() as (folder, servers):
        return subprocess.run(
            [sys.executable, "-m", "bench", *arguments], cwd=ROOT, env=environment(folder, servers), check=False
        ).returncode

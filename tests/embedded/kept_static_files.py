"""The static files of sites in tests, kept from one run of a checkout to the next: each would compress them anew."""

import shutil

from clinic.embedded.environment import environment
from clinic.embedded.folder import DataFolder
from clinic.embedded.kept_tables import KEPT, one_at_a_time
from clinic.embedded.programs import Site
from clinic.embedded.pytest_plugin import NO_SERVERS
from clinic.embedded.static_files import are_collected, fingerprint, mark_of, note_collected
from clinic.embedded.supervisor import Supervisor


def lay_out(folder: DataFolder) -> None:
    """Copies them to where no site runs yet; first collects them when anything that they are made of has changed."""
    sources = fingerprint()
    with one_at_a_time():
        kept = DataFolder(KEPT.with_name("static_files"))
        if not are_collected(kept, sources):
            collect(kept)
            note_collected(kept, sources)
        shutil.copytree(kept.static, folder.static, dirs_exist_ok=True)
    note_collected(folder, sources)


def collect(kept: DataFolder) -> None:
    """Anew, so that none is left of a file that is gone."""
    # First: what is cut off in the middle must not be taken for what stood there, when its sources are back.
    mark_of(kept).unlink(missing_ok=True)
    shutil.rmtree(kept.static)
    kept.static.mkdir()
    with Supervisor(kept) as supervisor:
        supervisor.finish(supervisor.begin(Site(kept, environment(kept, NO_SERVERS), dev=False).collectstatic()))

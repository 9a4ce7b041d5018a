"""`./run` and `./run dev`: from a data folder, empty or not, to a site that answers."""

import errno
import http.client
import socket

from clinic.embedded.environment import environment, own_url, port, where_mail_goes
from clinic.embedded.errors import Failed
from clinic.embedded.folder import DataFolder
from clinic.embedded.programs import Site
from clinic.embedded.servers import start_servers
from clinic.embedded.speech import say
from clinic.embedded.static_files import are_collected, fingerprint, note_collected
from clinic.embedded.supervisor import Supervisor


def run_site(*, dev: bool) -> None:
    folder = DataFolder.of_this_run()
    with folder.locked(), Supervisor(folder) as supervisor:
        supervisor.obey_signals()
        require_free_port()
        folder.start_new_logs()
        say("Starting PostgreSQL and Valkey.")
        servers = start_servers(supervisor)
        site = Site(folder, environment(folder, servers, debug=dev), dev)
        prepare(supervisor, site)
        folder.announce(site.env)
        serve(supervisor, site)
        say_ready(site)
        supervisor.look_after_all_until_stopped()
        say("Stopping.")
    say("Stopped.")


def prepare(supervisor: Supervisor, site: Site) -> None:
    say("Bringing the database up to date.")
    # Beside each other: one works on the disk and the processor, the other waits for PostgreSQL.
    sources = fingerprint()
    collected = site.dev or are_collected(site.folder, sources)
    collecting = None if collected else supervisor.begin(site.collectstatic())
    commands = ("migrate", "sync_roles", "load_first_content", "create_first_staff")
    supervisor.finish(supervisor.begin(site.preparation(*commands)))
    if collecting:
        say("Compressing the static files.")
        supervisor.finish(collecting)
        note_collected(site.folder, sources)


def serve(supervisor: Supervisor, site: Site) -> None:
    say("Starting web, worker and beat.")
    # Again, because granian shares a port that somebody took meanwhile instead of refusing it.
    require_free_port()
    supervisor.keep(site.web(), answers=site_answers)
    supervisor.keep(site.worker())
    supervisor.keep(site.beat())


def say_ready(site: Site) -> None:
    say(f"READY {own_url()}/")
    say(f"Staff pages: {own_url()}/admin/ (a new site's first page there: “Make it yours”)")
    say(where_mail_goes(site.folder))
    say(f"Logs: {site.folder.logs}/")
    say("Ctrl-C stops everything.")


def require_free_port() -> None:
    with socket.socket() as probe:
        # Else the closed connections of a site that has just stopped would count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port()))
        except OSError as error:
            why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
            raise Failed(f"Port {port()} {why}; choose another one with PORT.") from None


def site_answers() -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port(), timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()

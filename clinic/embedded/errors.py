"""The ways a verb ends early."""


class Failed(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """Something cannot go on; the message is the sentence that the person at the terminal reads."""


class InUse(Failed):
    """Another run holds the data folder."""


class Stopped(Exception):  # noqa: N818 - not an error
    """Somebody asked us to stop (Ctrl-C, SIGTERM, SIGHUP). Not a failure."""

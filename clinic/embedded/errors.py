"""The ways a verb ends early."""


class Failed(Exception):
    """Something cannot go on; the message is the sentence that the person at the terminal reads."""


class InUse(Failed):
    """Another run holds the data folder."""


class Stopped(Exception):
    """Somebody asked us to stop (Ctrl-C, SIGTERM, SIGHUP). Not a failure."""

"""On the path of a site whose day a test chooses: each of its processes counts from there.

Shifted by so many seconds, and not set: processes that start one after another must agree on what time it is.
"""

import os
import time
from contextlib import suppress

# `./run` begins outside of the environment, and what it starts there waits for nothing but the rest.
with suppress(ImportError, KeyError):
    shift = float(os.environ["SECONDS_OF_CLOCK_SHIFT"])
    import time_machine

    time_machine.travel(time.time() + shift, tick=True).start()

import os
import random
from collections.abc import Iterator

import pytest

from clinic.embedded.speech import say
from tests.faults.stack import Stack

# Said at the start and in each line of figures; give it again to see the same kills and refusals.
SEED = int(os.environ.get("FAULTS_SEED") or random.SystemRandom().randrange(1_000_000))


@pytest.fixture(scope="session")
def one_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    say(f"FAULTS_SEED={SEED}")
    with Stack(tmp_path_factory.mktemp("stack"), SEED) as stack:
        yield stack


@pytest.fixture
def stack(one_stack: Stack) -> Stack:
    """Up and with nothing to do. A test calls begin() for a mail server that follows a script."""
    one_stack.begin()
    return one_stack

#!/usr/bin/env bash
# celery 5.7.0, prefork: a task that raises is told of by task_prerun, task_failure and task_postrun, all in the child that
# ran it. Of one that meets its hard time limit task_failure comes in the parent, and twice, while task_postrun comes in
# the child that is being ended. The child that takes its place is forked from that parent and holds what the receiver
# opened there. Celery's own help for Django closes connections at task_postrun and in a new child, so a row that is
# written at task_failure leaves the parent with a connection to Postgres that nobody uses, for as long as it runs.
# Guess before: whatever tells of a task does so where the task ran, and once.
# What follows for us: what clinic/jobs.py opens at a failure it closes again, and it counts no failures
# (tests/clinic/test_jobs_that_fail.py).
set -euo pipefail
folder=$(mktemp -d)
worker=""
end() {
  [ -z "$worker" ] || kill "$worker" 2>/dev/null || true
  [ -z "$worker" ] || wait "$worker" 2>/dev/null || true
  rm -rf "$folder"
}
trap end EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "celery==5.7.0" 2>/dev/null
mkdir queue processed
cat >told.py <<'PYTHON'
import os
import socket
import time

from celery import Celery, signals

folders = {"data_folder_in": "queue", "data_folder_out": "queue", "processed_folder": "processed"}
app = Celery("told", broker="filesystem://")
app.conf.update(broker_transport_options=folders, worker_concurrency=1, worker_prefetch_multiplier=1)
parent = os.getpid()
opened = []


def tell(words):
    with open("seen", "a") as seen:
        print(words, file=seen)


def where():
    return "parent" if os.getpid() == parent else "child"


@signals.task_prerun.connect
def begins(sender, **_):
    tell(f"{sender.name}: task_prerun in the {where()}")


@signals.task_failure.connect
def fails(sender, exception, **_):
    opened.append(socket.socket())
    tell(f"{sender.name}: task_failure in the {where()}, {type(exception).__name__}")


@signals.task_postrun.connect
def ends(sender, **_):
    tell(f"{sender.name}: task_postrun in the {where()}")


@app.task(name="raises")
def raises():
    raise LookupError


@app.task(name="hangs", time_limit=2)
def hangs():
    time.sleep(600)


@app.task(name="comes after")
def comes_after():
    # In a new child, whose own receivers were never called.
    tell(f"comes after: {len(opened)} sockets of the {'parent' if os.getppid() == parent else 'child'}")
PYTHON
ask() { venv/bin/python -c "import told; told.$1.delay()"; }
until_seen() {
  for _ in $(seq 600); do
    ! grep -q "$1" seen 2>/dev/null || return 0
    sleep 0.1
  done
  cat worker.log >&2
  return 1
}
venv/bin/celery --app told worker --loglevel warning >worker.log 2>&1 &
worker=$!
ask raises
until_seen "raises: task_postrun"
ask hangs
until_seen "hangs: task_postrun"
ask comes_after
until_seen "comes after: task_postrun"
cat seen
expected='raises: task_prerun in the child
raises: task_failure in the child, LookupError
raises: task_postrun in the child
hangs: task_prerun in the child
hangs: task_failure in the parent, TimeLimitExceeded
hangs: task_failure in the parent, TimeLimitExceeded
hangs: task_postrun in the child
comes after: task_prerun in the child
comes after: 2 sockets of the parent
comes after: task_postrun in the child'
# Two processes write it.
[ "$(sort seen)" = "$(sort <<<"$expected")" ] || { echo "This has changed." >&2; exit 1; }

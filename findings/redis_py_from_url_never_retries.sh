#!/usr/bin/env bash
# redis-py 8.1.0: redis.Redis(host=..., port=...) tries a server that hangs up eleven times, with pauses between, before it
# raises; redis.Redis.from_url("redis://host:port") tries once, and so does a client given a ConnectionPool. In asyncio
# it is the same: the default retry is handed on only by the constructor that makes its own pool.
# Guess before: from_url is another spelling of the same client, so both try equally often.
# What follows for us: kombu makes a pool, so the doorbell's patience is what clinic/settings.py gives kombu and no more;
# a test that looks whether Redis is away uses from_url, or it would wait for two to four seconds each time.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "redis==8.1.0" 2>/dev/null
cat >"$folder/count.py" <<'PYTHON'
import asyncio
import socket
import threading
import time

import redis
import redis.asyncio

server = socket.create_server(("127.0.0.1", 0))
port = server.getsockname()[1]
connects = []


def hang_up():
    while True:
        connection, _ = server.accept()
        connects.append(connection)
        connection.close()


threading.Thread(target=hang_up, daemon=True).start()


def count(name, ping):
    connects.clear()
    try:
        ping()
    except redis.ConnectionError:
        # The last of them is counted by the other thread.
        time.sleep(0.2)
        print(f"{name}: {len(connects)}")


async def later(client):
    await client.ping()


url = f"redis://127.0.0.1:{port}"
print("redis", redis.__version__)
count("Redis", redis.Redis(port=port).ping)
count("Redis.from_url", redis.Redis.from_url(url).ping)
count("Redis with a pool", redis.Redis(connection_pool=redis.ConnectionPool(port=port)).ping)
count("asyncio Redis", lambda: asyncio.run(later(redis.asyncio.Redis(port=port))))
count("asyncio Redis.from_url", lambda: asyncio.run(later(redis.asyncio.Redis.from_url(url))))
PYTHON
seen=$("$folder/venv/bin/python" "$folder/count.py")
printf '%s\n' "$seen"
expected='redis 8.1.0
Redis: 11
Redis.from_url: 1
Redis with a pool: 1
asyncio Redis: 11
asyncio Redis.from_url: 1'
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }

# The image of web, worker, beat and the migrate job. Build it with `docker compose build`.
#
# Tags name a full version. To pin what they stand for, put the digest behind the tag (`python:TAG@sha256:...`), as
# `docker buildx imagetools inspect python:TAG` prints it, here and in docker-compose.yml.

# For pg_dump and pg_restore of the server's own version: an older pg_dump refuses a newer server.
FROM postgres:18.6-trixie AS postgres
RUN mkdir -p /take/bin /take/lib \
    && cp /usr/lib/postgresql/18/bin/pg_dump /usr/lib/postgresql/18/bin/pg_restore /take/bin/ \
    && cp -L /usr/lib/*-linux-gnu/libpq.so.5 /take/lib/

FROM python:3.13.14-slim-trixie AS packages
COPY requirements.production.lock /
# Wheels only: nothing is compiled, and no setup.py of a stranger runs.
RUN python -m venv /opt/clinic \
    && /opt/clinic/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /requirements.production.lock

FROM python:3.13.14-slim-trixie
# Debian's libpq brings what pg_dump's own one needs; the newer one, copied over it below, is found first.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpq5 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin clinic
COPY --from=postgres /take/bin/ /usr/local/bin/
COPY --from=postgres /take/lib/ /usr/local/lib/
COPY --from=packages /opt/clinic /opt/clinic
# Here and not at the first backup is where it shows if they do not fit.
RUN ldconfig && pg_dump --version && pg_restore --version

ENV PATH=/opt/clinic/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=clinic.settings \
    DATA_DIR=/srv/data
WORKDIR /srv/clinic
COPY . .
# Collecting needs settings, but none of them gets into what it makes. These are for this line alone, and no secrets.
RUN python -m compileall -q clinic desk enquiries newsletters mailings articles foundation \
    && SECRET_KEY=for-collecting-static-files-and-nothing-else \
       HASH_KEY=also-for-collecting-static-files-and-nothing-else \
       DATABASE_URL=postgresql://nobody@127.0.0.1/nothing \
       REDIS_URL=redis://127.0.0.1/0 \
       python manage.py collectstatic --noinput \
    && mkdir -p /srv/data/backups /srv/data/mail \
    && chown clinic:clinic /srv/data/backups /srv/data/mail

USER 10001:10001
EXPOSE 8000
# A web process that answers is well, also while Postgres is away. The second question is for what it does: a process
# that was asked nothing for a minute gives no page from memory when Postgres goes, and at night nobody else asks.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import contextlib, urllib.request as site\nsite.urlopen('http://127.0.0.1:8000/healthz', timeout=2)\nwith contextlib.suppress(OSError): site.urlopen('http://127.0.0.1:8000/readyz', timeout=0.5)"]
# Without a shell between, so that SIGTERM reaches granian and it finishes what it is doing.
CMD ["granian", "--interface", "wsgi", "--http", "1", "--no-ws", "--host", "0.0.0.0", "--blocking-threads", "8", \
     "--workers-kill-timeout", "8", "--log-config", "clinic/granian_logs.json", "--port", "8000", \
     "clinic.wsgi:application"]

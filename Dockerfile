# Genangan in a container: not root, and its root file system may be read-only (compose.yaml makes it so).
# Everything it keeps is in /data: the database, its backups, and the files that settings name.

FROM debian:bookworm-slim AS made
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-venv
WORKDIR /opt/genangan
COPY requirements.lock ./
# into the very folder it will run from: a venv does not move
RUN python3 -m venv .venv && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY storage storage
RUN .venv/bin/pip install --no-cache-dir --no-build-isolation --no-deps . \
 && .venv/bin/pip uninstall -y hatchling editables pip \
 && find .venv -name tests -type d -prune -exec rm -rf {} + \
 && .venv/bin/python -m compileall -q .venv/lib

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates python3 \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/* /var/log/*
COPY --from=made /opt/genangan/.venv /opt/genangan/.venv
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin genangan \
 && install -d -o genangan -g genangan -m 700 /data
ENV PATH=/opt/genangan/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    LOG_FORMAT=json SQLITE_TMPDIR=/data
USER genangan
# from here the default data/genangan.db, and what .env.example says, is in /data
WORKDIR /
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import os, urllib.request as http; http.urlopen('http://127.0.0.1:' + (os.environ.get('WEB_PORT') or '8080') + '/health', timeout=4)"]
ENTRYPOINT ["genangan"]
CMD ["run"]

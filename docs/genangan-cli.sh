#!/bin/sh
# `genangan COMMAND` on a server set up as in docs/running.md: as the service's user, in its folder, where its .env lies.
set -e
cd /var/lib/genangan
if [ "$(id -un)" = genangan ]; then
  exec /opt/genangan/.venv/bin/genangan "$@"
fi
exec runuser -u genangan -- /opt/genangan/.venv/bin/genangan "$@"

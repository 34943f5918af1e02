#!/bin/sh
# DATABASE_URL holds a password, so it may come from a file, as the other secrets do.
set -eu
if [ -n "${DATABASE_URL_FILE:-}" ]; then
    DATABASE_URL="$(cat "$DATABASE_URL_FILE")"
    export DATABASE_URL
fi
# nginx mounts this folder of the data, so it has to be there before anything is released.
mkdir -p "${SYNTHPORTAL_HOME:-/var/lib/synthportal}/data/vault/released"
exec "$@"

#!/bin/sh
# DATABASE_URL holds a password, so it may come from a file, as the other secrets do.
set -eu
if [ -n "${DATABASE_URL_FILE:-}" ]; then
    DATABASE_URL="$(cat "$DATABASE_URL_FILE")"
    export DATABASE_URL
fi
exec "$@"

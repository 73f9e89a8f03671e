#!/bin/sh
# Starts the API and the workers as one service. It becomes the fleet, which migrates the database, runs N_WORKERS
# discovery and profile workers beside the API, starts again what dies, and passes SIGTERM on. The container image and
# Railway start this; it works in a checkout too.
set -eu
cd "$(dirname "$0")/.."

# Only a checkout has sources; an image holds what was compiled.
if [ -d src ]; then
  node scripts/setup.mjs
  PATH="$PWD/node_modules/.bin:$PATH"
  export PATH
fi

exec node dist/main/fleet.js

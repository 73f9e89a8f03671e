#!/bin/sh
# Starts the API and the workers as one service: brings the database up to date, then becomes the fleet, which passes
# SIGTERM on to its processes. The container image and Railway start this; it works in a checkout too.
set -eu
cd "$(dirname "$0")/.."

# A signal during the migrations must not lead to a start after them.
trap 'exit 143' TERM
trap 'exit 130' INT

# Only a checkout has sources; an image holds what was compiled.
if [ -d src ]; then
  node scripts/setup.mjs
  PATH="$PWD/node_modules/.bin:$PATH"
  export PATH
fi

node dist/main/cli.js migrate
exec node dist/main/fleet.js

#!/bin/sh
# The way into every command: installs what is missing or stale, then runs tools/cli on the Node pinned by the
# lockfile. It needs no more than a POSIX shell and any Node from 20 on; nothing is installed outside this folder.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"

fail() {
  echo "$1" >&2
  exit 1
}

major_of() {
  "$1" -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0
}

is_installed() {
  [ -d node_modules ] && node tools/installed.mjs
}

system_node=$(major_of node)
if [ "$system_node" -lt 20 ]; then
  fail "Node.js 20 or newer is needed to begin with (found: $(node --version 2>/dev/null || echo none)): install it from https://nodejs.org"
fi

# A symbolic link is made atomically and carries its owner's process id: two starts at once install once.
install_once() {
  mkdir -p .data
  lock=.data/install.lock
  until ln -s "$$" "$lock" 2>/dev/null; do
    owner=$(readlink "$lock" 2>/dev/null || true)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
      rm -f "$lock"
    else
      sleep 1
    fi
  done
  trap 'rm -f "$lock"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  if ! is_installed; then
    echo "Installing the packages of package-lock.json (node_modules is missing or does not match it)"
    # No package here needs its install script; PostgreSQL's library links are made when it is first started.
    npm ci --ignore-scripts --include=dev --include=optional --no-audit --no-fund --loglevel=error >&2 ||
      fail "npm ci failed: see the lines above"
  fi
  rm -f "$lock"
  trap - EXIT INT TERM
}

is_installed || install_once

node=node_modules/.bin/node
if [ ! -x "$node" ]; then
  # There is no packaged Node for this platform.
  [ "$system_node" -ge 26 ] || fail "Node.js 26 or newer is needed on $(uname -sm) (found: $(node --version)): install it from https://nodejs.org"
  node=node
fi
PATH="$root/node_modules/.bin:$PATH"
export PATH
exec "$node" tools/cli/src/main.ts "$@"

#!/bin/sh
# Makes .env from .env.example, with a random secret for each one that is empty there. An existing .env is left alone.
set -eu
cd -- "$(dirname -- "$0")/.."

target=${1:-.env}
if [ -e "$target" ]; then
  echo "$target exists already: change it by hand, or remove it first" >&2
  exit 1
fi

secret() {
  od -An -N24 -tx1 /dev/urandom | tr -d ' \n'
}

umask 077
while IFS= read -r line; do
  case $line in
    *_PASSWORD= | *_TOKEN=) echo "$line$(secret)" ;;
    *_KEYS=) echo "$line$(date -u +%Y-%m-%d):$(secret)" ;;
    *) echo "$line" ;;
  esac
done <.env.example >"$target"
echo "$target is made, readable by you alone"

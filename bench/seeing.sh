#!/usr/bin/env bash
# Builds SocketConnector, measures what it costs a relay to be seen into, and prints it. bench/README.md tells what, and how.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source bench/building.sh

is_built=false
words=()
for word in "$@"; do
  if [ "$word" = --built ]; then
    is_built=true
  else
    words+=("$word")
  fi
done

need_linux
for tool in script stty gcc; do
  command -v "$tool" >/dev/null || { echo "Install $tool first." >&2; exit 1; }
done
if ! $is_built; then
  echo "Building."
  build_ours
fi
measure seeing ${words[@]+"${words[@]}"}

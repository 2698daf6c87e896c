#!/usr/bin/env bash
# Runs AFL++ on a target for so many seconds, or on each in turn, and says what was found. An hour on all of them:
#   tests/fuzz/run.sh all 360
# Then takes into the corpus what was found:
#   tests/fuzz/run.sh all keep
# Arguments: TARGET or all, SECONDS or keep; all and 60 by default.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly target=${1:-all} seconds=${2:-60}
if ! [[ $seconds =~ ^([1-9][0-9]{0,5}|keep)$ ]]; then
  echo "Whole seconds, or keep, not: $seconds" >&2
  exit 2
fi

export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false DOTNET_CLI_USE_MSBUILD_SERVER=0
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
dotnet build tests/fuzz -c Release -v quiet -nologo

fuzz() {
  dotnet artifacts/bin/SocketConnector.Fuzz/release/SocketConnector.Fuzz.dll "$@" </dev/null
}

code=0
for name in $(if [ "$target" = all ]; then fuzz list; else echo "$target"; fi); do
  if [ "$seconds" = keep ]; then
    fuzz keep "$name" || code=1
  else
    fuzz run "$name" "$seconds" || code=1
  fi
done
exit $code

#!/usr/bin/env bash
# Runs what is random in the tests of the library (B40, B47, B48) again and again, on each engine in a process of its own, and
# ends with one line for each. The argument: how many minutes on each engine, 10 by default.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly minutes=${1:-10}
if ! [[ $minutes =~ ^[0-9]+$ ]] || [ "$minutes" -lt 1 ] || [ "$minutes" -gt 1440 ]; then
  echo "Whole minutes, 1 to 1440, not: $minutes" >&2
  exit 2
fi

export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false DOTNET_CLI_USE_MSBUILD_SERVER=0
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

# The last run may begin just before the end; a hanging one is a failure by its own deadlines long before this.
readonly limit=$((minutes * 60 + 600))
readonly logs=artifacts/soak
mkdir -p "$logs"
timeout --foreground 600 dotnet build tests/SocketConnector.Tests -c Release -v quiet -nologo

code=0 lines=()
for engine in linux portable; do
  echo "== ${minutes} min on the $engine engine, which tells more in $logs/$engine.log"
  if ! SOCKETCONNECTOR_TEST_ENGINE=$engine SOCKETCONNECTOR_SOAK_MINUTES=$minutes timeout --foreground --kill-after=10 "$limit" \
    dotnet artifacts/bin/SocketConnector.Tests/release/SocketConnector.Tests.dll -explicit only -class '*SoakTests' \
    -noColor -noLogo >"$logs/$engine.log" 2>&1 </dev/null; then
    code=1
    grep -A 3 -E '^run [0-9]+ failed|\[FAIL\]' "$logs/$engine.log" || true
  fi
  lines+=("$(grep '^soak on' "$logs/$engine.log" || echo "soak on the $engine engine: no result")")
done

printf '%s\n' "${lines[@]}"
exit $code

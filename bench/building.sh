# What run.sh and seeing.sh have in common; sourced by both, in the root of the repository.

readonly built=artifacts/bench
export PATH="$PATH:/usr/sbin:/sbin"
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false DOTNET_CLI_USE_MSBUILD_SERVER=0
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false

need_linux() {
  if [ "$(uname -s)" != Linux ]; then
    echo "The relays and the measurements need Linux." >&2
    exit 1
  fi
}

# The load generator, the program as one native executable, and what measures them.
build_ours() {
  mkdir -p "$built"
  gcc -std=c11 -O2 -Wall -Wextra -pthread bench/load/*.c -o "$built/load" -lssl -lcrypto
  packaging/publish.sh
  dotnet build bench/SocketConnector.Bench -c Release -v quiet -nologo
}

measure() {
  # Thousands of pairs are twice as many descriptors of one relay.
  ulimit -n "$(ulimit -Hn)"

  # A process group of its own (set -m), so that no relay outlives this script.
  set -m
  artifacts/bin/SocketConnector.Bench/release/SocketConnector.Bench "$@" </dev/null &
  readonly bench=$!
  set +m
  trap 'kill -- "-$bench" 2>/dev/null || true; wait "$bench" || true' EXIT
  trap 'exit 130' INT TERM HUP
  wait "$bench"
}

#!/usr/bin/env bash
# Builds everything and runs every test: those of the library once on each engine, and those that run the program also on the native
# executable. Ends with one line: N passed, N failed, N skipped.
# Arguments go to each test program, so that a part can be run alone: ./test.sh -method '*B17*'
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly limit=600 # Seconds for one test project; only a hanging one ever gets there.
readonly reports=artifacts/test-reports
passed=0 failed=0 skipped=0 child=
trap 'echo "$passed passed, $failed failed, $skipped skipped"' EXIT
trap 'stop; exit 130' INT TERM HUP

# Nothing may outlive this script, so no build server is left behind to wait for the next build.
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false DOTNET_CLI_USE_MSBUILD_SERVER=0
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
export HOME="${HOME:-$PWD/artifacts/home}"

fail() {
  echo "$1" >&2
  failed=$((failed + 1))
}

# Runs a command in a process group of its own (set -m), so that whatever it started ends with it.
bounded() {
  local limited=()
  if command -v timeout >/dev/null; then
    limited=(timeout --kill-after=10 "$1")
  fi
  shift
  set -m
  "${limited[@]}" "$@" </dev/null &
  child=$!
  set +m
  wait "$child"
}

stop() {
  if [ -n "$child" ]; then
    kill -- "-$child" 2>/dev/null || kill "$child" 2>/dev/null || true
    wait "$child" || true
  fi
}

# The programs that the tests relay for, and what links the native executable. Where they cannot be installed, the tests that need
# them skip and say so.
install_missing() {
  local missing=() root=() pair
  has_linker || missing+=(gcc libc6-dev)
  for pair in ncat:ncat ssh:openssh-client sshd:openssh-server curl:curl iperf3:iperf3 haproxy:haproxy nginx:nginx openssl:openssl stunnel4:stunnel4 sslscan:sslscan testssl:testssl.sh systemd-analyze:systemd ip:iproute2 nft:nftables tshark:tshark prometheus:prometheus tmux:tmux chromium:chromium wormhole:magic-wormhole wormhole-william:wormhole-william; do
    PATH="$PATH:/usr/sbin" command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
  done
  has_mailbox || missing+=(python3-magic-wormhole-mailbox-server)
  if [ ${#missing[@]} -eq 0 ]; then
    return
  fi

  if [ "$(id -u)" -ne 0 ]; then
    root=(sudo -n)
  fi
  if ! command -v apt-get >/dev/null || ! bounded 10 "${root[@]}" true 2>/dev/null; then
    echo "Not installed, and not installable from here: ${missing[*]}."
    return
  fi

  echo "Installing ${missing[*]}."
  root+=(env DEBIAN_FRONTEND=noninteractive)
  if ! { bounded 120 "${root[@]}" apt-get -qq -o DPkg::Lock::Timeout=60 update &&
    bounded 240 "${root[@]}" apt-get -qq -y -o DPkg::Lock::Timeout=60 install --no-install-recommends "${missing[@]}"; } >/dev/null; then
    echo "Installing ${missing[*]} did not work."
  fi

  # The tests start an sshd, an haproxy and a prometheus of their own; the machine's are not theirs to open.
  if [[ " ${missing[*]} " == *" openssh-server "* ]] && [ -d /run/systemd/system ]; then
    "${root[@]}" systemctl --quiet disable --now ssh.service ssh.socket || true
  fi
  if [[ " ${missing[*]} " == *" haproxy "* ]] && [ -d /run/systemd/system ]; then
    "${root[@]}" systemctl --quiet disable --now haproxy.service || true
  fi
  if [[ " ${missing[*]} " == *" prometheus "* ]] && [ -d /run/systemd/system ]; then
    "${root[@]}" systemctl --quiet disable --now prometheus.service || true
  fi
}

# AFL++ brings a compiler along, so nothing else waits for it.
install_fuzzer() {
  local root=()
  if command -v afl-fuzz >/dev/null || ! command -v apt-get >/dev/null; then
    return
  fi

  if [ "$(id -u)" -ne 0 ]; then
    root=(sudo -n)
  fi
  root+=(env DEBIAN_FRONTEND=noninteractive)
  echo "Installing afl++."
  if ! { bounded 120 "${root[@]}" apt-get -qq -o DPkg::Lock::Timeout=60 update &&
    bounded 240 "${root[@]}" apt-get -qq -y -o DPkg::Lock::Timeout=60 install --no-install-recommends afl++; } >/dev/null 2>&1; then
    echo "Installing afl++ did not work: the parsers are not fuzzed, their corpus alone is replayed."
  fi
}

has_linker() {
  command -v clang >/dev/null || command -v gcc >/dev/null
}

# A plugin of twist3, not a program.
has_mailbox() {
  command -v twist3 >/dev/null && twist3 wormhole-mailbox --help >/dev/null 2>&1
}

attribute() {
  grep -m 1 -o '<assembly [^>]*' "$1" | grep -o " $2=\"[0-9]*\"" | grep -o '[0-9]*'
}

# The tests of the reports that ended so, each with the first line of what they say of it.
told() {
  sed "s/<test /\\n&/g; s/<$2>/\\n&/g" "$reports"/*.xml |
    sed -n "s/^<test .*name=\"\([^\"]*\)\" .*result=\"$1\".*/  \1/p; s/^<$2>\(<!\[CDATA\[\)\{0,1\}\([^]<]*\).*/    because: \2/p" |
    sed 's/&quot;/"/g'
}

# The project, what it is to test (an engine; the native program; nothing: what the system has), then what the test program is to be told.
run_project() {
  local program=artifacts/bin/$1/release/$1.dll name=$1${2:+, $2} report=$reports/$1${2:+.$2}.xml engine=${2#native} code=0
  shift 2
  echo
  echo "== $name"
  bounded "$limit" env SOCKETCONNECTOR_TEST_ENGINE="$engine" dotnet "$program" -xml "$report" -noColor -noLogo "$@" || code=$?
  if ! tail -c 200 "$report" 2>/dev/null | grep -q '</assemblies>'; then
    if [ $code -eq 124 ] || [ $code -eq 137 ]; then
      fail "$name did not finish within $limit s."
    else
      fail "$name ended with code $code before it had run all its tests."
    fi
    return
  fi

  local bad=$(($(attribute "$report" failed) + $(attribute "$report" errors)))
  passed=$((passed + $(attribute "$report" passed)))
  skipped=$((skipped + $(attribute "$report" skipped)))
  failed=$((failed + bad))
  if [ $code -ne 0 ] && [ $bad -eq 0 ]; then
    fail "$name ended with code $code though no test failed."
  fi
}

if ! command -v dotnet >/dev/null; then
  fail "The .NET 10 SDK is needed: https://dotnet.microsoft.com/download"
  exit 1
fi

mkdir -p "$HOME" "$reports"
rm -f "$reports"/*.xml
install_missing
install_fuzzer
echo "Building."
if ! bounded 600 dotnet build SocketConnector.slnx -c Release -v quiet -nologo; then
  fail "The build failed."
  exit 1
fi

# What looks at the sources alone sees the same on any engine.
once=()
if [ $# -eq 0 ]; then
  once=(-namespace- SocketConnector.Tests.Architecture -namespace- SocketConnector.Tests.Documentation)
fi

for project in tests/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  if [ "$name" = SocketConnector.Tests ] && [ "$(uname -s)" = Linux ]; then
    run_project "$name" linux "$@"
    run_project "$name" portable "${once[@]}" "$@"
  else
    run_project "$name" "" -class- '*.NativeExecutableTests' "$@"
  fi
done

# The same program as its users run it, where trimming may have taken something away.
if [ "$(uname -s)" = Linux ]; then
  echo
  echo "== The native executable"
  if ! has_linker; then
    echo "Not made, and not tested: there is neither clang nor gcc to link it with."
    skipped=$((skipped + 1))
  elif ! bounded 400 packaging/publish.sh; then
    fail "The native executable could not be made."
  else
    export SOCKETCONNECTOR_TEST_PROGRAM=$PWD/artifacts/native/socketconnector
    # Which assemblies are loaded is nothing to ask of one file.
    run_project SocketConnector.Cli.Tests native -namespace SocketConnector.Cli.Tests.EndToEnd -method- '*.B133_What_is_not_asked_for_is_not_even_loaded' "$@"
    unset SOCKETCONNECTOR_TEST_PROGRAM
  fi
fi

echo
if [ $((passed + failed + skipped)) -eq 0 ]; then
  echo "No test ran." >&2
  exit 1
fi
if [ $failed -gt 0 ]; then
  echo "Failed:"
  told Fail message
fi
if [ $skipped -gt 0 ]; then
  echo "Skipped:"
  told Skip reason
  if [ "${CI:-}" = true ]; then
    echo "With CI=true, a skipped test is a failure." >&2
    exit 1
  fi
fi
[ $failed -eq 0 ]

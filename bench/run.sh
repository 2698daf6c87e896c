#!/usr/bin/env bash
# Builds everything, starts the relays, measures them side by side, and writes docs/benchmarks.md with its plots.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly built=artifacts/bench
export PATH="$PATH:/usr/sbin:/sbin"
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false DOTNET_CLI_USE_MSBUILD_SERVER=0
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false

install_missing() {
  local missing=() root=() pair
  for pair in haproxy:haproxy nginx:nginx go:golang-go socat:socat iperf3:iperf3 sockperf:sockperf gcc:gcc gnuplot:gnuplot-nox git:git stunnel4:stunnel4 hitch:hitch openssl:openssl twist3:python3-twisted strelaysrv:syncthing-relaysrv; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
  done
  [ -e /usr/lib/nginx/modules/ngx_stream_module.so ] || missing+=(libnginx-mod-stream)
  command -v gcc >/dev/null && [ ! -e /usr/include/stdio.h ] && missing+=(libc6-dev)
  [ -e /usr/include/openssl/ssl.h ] || missing+=(libssl-dev)
  [ -e /usr/lib/python3/dist-packages/wormhole_transit_relay ] || missing+=(magic-wormhole-transit-relay)
  if [ ${#missing[@]} -eq 0 ]; then
    return
  fi

  if [ "$(id -u)" -ne 0 ]; then
    root=(sudo -n)
  fi
  if ! command -v apt-get >/dev/null || ! "${root[@]}" true 2>/dev/null; then
    echo "Install these first, which needs rights that this script does not have: ${missing[*]}" >&2
    exit 1
  fi
  echo "Installing ${missing[*]}."
  root+=(env DEBIAN_FRONTEND=noninteractive)
  "${root[@]}" apt-get -qq -o DPkg::Lock::Timeout=60 update >/dev/null
  # Debian's service of that name would start at once, and offer this machine to the public as a relay of Syncthing's.
  if [[ " ${missing[*]} " == *" syncthing-relaysrv "* && -d /run/systemd/system ]]; then
    "${root[@]}" systemctl --quiet mask syncthing-relaysrv.service
  fi
  "${root[@]}" apt-get -qq -y -o DPkg::Lock::Timeout=60 install --no-install-recommends "${missing[@]}" >/dev/null
}

if [ "$(uname -s)" != Linux ]; then
  echo "The relays and the measurements need Linux." >&2
  exit 1
fi
install_missing
echo "Building."
mkdir -p "$built"
gcc -std=c11 -O2 -Wall -Wextra -pthread bench/load/*.c -o "$built/load" -lssl -lcrypto
(cd bench/peers/go && go build -o "../../../$built/iocopy" .)
packaging/publish.sh
dotnet build bench/SocketConnector.Bench -c Release -v quiet -nologo

# 4000 pairs are 8000 descriptors of one relay.
ulimit -n "$(ulimit -Hn)"

# A process group of its own (set -m), so that no relay outlives this script.
set -m
artifacts/bin/SocketConnector.Bench/release/SocketConnector.Bench "$@" </dev/null &
readonly bench=$!
set +m
trap 'kill -- "-$bench" 2>/dev/null || true' EXIT
trap 'exit 130' INT TERM HUP
wait "$bench"

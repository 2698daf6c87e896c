#!/usr/bin/env bash
# Builds everything, starts the relays, measures them side by side, and writes docs/benchmarks.md with its plots.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

source bench/building.sh

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

need_linux
install_missing
echo "Building."
mkdir -p "$built"
(cd bench/peers/go && go build -o "../../../$built/iocopy" .)
build_ours
measure "$@"

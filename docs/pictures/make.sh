#!/usr/bin/env bash
# Makes the pictures of the documents anew, from the running program: its page, top, and a capture in Wireshark. The peers are those of
# load.py, in a network of their own with addresses for documents (RFC 5737). Takes three minutes, and leaves nothing but the pictures.
set -euo pipefail
pictures=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=$(realpath "${SOCKETCONNECTOR_TEST_PROGRAM:-$pictures/../../artifacts/native/socketconnector}")

readonly seconds=150 # Of traffic before a picture: top draws a minute, and the page five.
readonly page=127.0.0.1:9464

relays() {
  printf '%s\n' alice:k1 bob:k2 carol:k3 dave:k4 erin:k5 frank:k6 grace:k7 heidi:k8 >keys
  echo the-token-of-the-pictures >token
  chmod 600 keys token
  "$program" server-to-socket 198.51.100.10:5432,auth=secret:file:keys 203.0.113.20:5432 --name db --admin "$page,token=file:token" >db.log 2>&1 &
  "$program" server-to-socket 198.51.100.10:8080 203.0.113.30:80 --name web --admin "unix:$PWD/web.sock" >web.log 2>&1 &
  until_so grep -q 'listening on' db.log
  until_so grep -q 'listening on' web.log
  python3 -B "$pictures/load.py" keys >load.log &
  until_so grep -q ready load.log
}

# Two requests over one connection to the other relay.
capture() {
  mkdir www
  echo '[{"order":1041,"item":"tea","amount":2},{"order":1042,"item":"rice","amount":5}]' >www/orders.json
  echo '{"item":"tea","stock":17}' >www/tea.json
  python3 -m http.server --protocol HTTP/1.1 --bind 203.0.113.30 --directory www 80 >www.log 2>&1 &
  until_so curl -sf http://203.0.113.30/orders.json
  "$program" capture web.pcapng --admin "unix:$PWD/web.sock" &
  until_so test -s web.pcapng
  curl -sf --interface 192.0.2.7 http://198.51.100.10:8080/orders.json http://198.51.100.10:8080/tea.json >/dev/null
  until_so grep -q closed web.log
  "$program" drain --admin "unix:$PWD/web.sock" >/dev/null
  wait $!
}

# Wireshark with the settings of a new user, but a column for comments, and no question about root.
wireshark_picture() {
  mkdir -p "$XDG_CONFIG_HOME/wireshark"
  cat >"$XDG_CONFIG_HOME/wireshark/preferences" <<'END'
gui.column.format: "No.", "%m", "Time", "%t", "Source", "%s", "Destination", "%d", "Protocol", "%p", "Info", "%i", "Packet comment", "%Cus:frame.comment:0:R"
gui.update.enabled: FALSE
END
  cat >"$XDG_CONFIG_HOME/wireshark/recent_common" <<'END'
privs.warn_if_elevated: FALSE
gui.geometry_main_x: 0
gui.geometry_main_y: 0
gui.geometry_main_width: 1280
gui.geometry_main_height: 640
gui.geometry_main_maximized: FALSE
END
  cat >"$XDG_CONFIG_HOME/wireshark/recent" <<'END'
gui.geometry_main_upper_pane: 310
gui.geometry_main_lower_pane: 640
column.width: %m, 48, %t, 100, %s, 105, %d, 105, %p, 85, %i, 430, %Cus:frame.comment:0:R, 405
END
  Xvfb -displayfd 3 -screen 0 1280x640x24 -nolisten tcp 3>display >xvfb.log 2>&1 &
  screen=$!
  trap 'kill "$screen"; wait "$screen"' EXIT # Or its socket stays.
  until_so grep -q . display
  DISPLAY=:$(cat display)
  export DISPLAY
  wireshark -J json web.pcapng >wireshark.log 2>&1 &
  until_still
  import -window root wireshark.png
}

# Until three looks in a row see the same, and more than an empty screen.
until_still() {
  local last='' now='' same=0 empty
  empty=$(import -window root rgb:- | cksum)
  for _ in {1..60}; do
    sleep 1
    now=$(import -window root rgb:- | cksum)
    if [ "$now" = "$last" ] && [ "$now" != "$empty" ]; then
      same=$((same + 1))
    else
      same=0
    fi
    last=$now
    if [ $same -ge 3 ]; then
      return
    fi
  done
  echo "Wireshark's window does not come to rest." >&2
  return 1
}

until_so() {
  for _ in {1..300}; do
    if "$@" >/dev/null 2>&1; then
      return
    fi
    sleep 0.1
  done
  echo "This did not come about: $*" >&2
  return 1
}

# All that runs here ends with this shell, the first of its process namespace.
inside() {
  export HOME=$PWD XDG_CONFIG_HOME=$PWD/config XDG_RUNTIME_DIR=$PWD TMUX_TMPDIR=$PWD LC_ALL=C.UTF-8 QT_QPA_PLATFORM=xcb NO_AT_BRIDGE=1
  ip link set lo up
  for network in 192.0.2.1/24 198.51.100.1/24 203.0.113.1/24; do
    ip address add "$network" dev lo
  done
  relays
  tmux -f /dev/null new-session -d -x 100 -y 30 "tmux set status off; '$program' top --admin $page,token=file:token"
  python3 -B "$pictures/page.py" "http://$page/" "$(cat token)" "$seconds" "$PWD" &
  local paging=$!
  capture
  wireshark_picture
  wait $paging
  tmux send-keys s s s Down Down
  sleep 2.5
  tmux capture-pane -e -p >top.txt
  python3 -B "$pictures/terminal.py" "$PWD" top.png <top.txt
  for picture in page-light page-dark page-narrow top wireshark; do
    pngquant --quality 60-95 --speed 1 --strip --force --output "$pictures/$picture.png" "$picture.png"
  done
}

outside() {
  local needed missing=()
  for needed in unshare:util-linux ip:iproute2 timeout:coreutils curl:curl python3:python3 tmux:tmux chromium:chromium Xvfb:xvfb wireshark:wireshark import:imagemagick pngquant:pngquant; do
    PATH="$PATH:/usr/sbin" command -v "${needed%%:*}" >/dev/null || missing+=("${needed##*:}")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    echo "Needed, and not installed: ${missing[*]} (packages of Debian)." >&2
    exit 1
  fi
  [ -x "$program" ] || "$pictures/../../packaging/publish.sh"
  export SOCKETCONNECTOR_TEST_PROGRAM=$program
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  cd "$folder"
  timeout --foreground --kill-after=10 400 unshare --map-root-user --net --pid --fork --mount-proc --kill-child "$pictures/make.sh" inside
  ls -l "$pictures"/*.png
}

if [ "${1:-}" = inside ]; then
  inside
else
  outside
fi

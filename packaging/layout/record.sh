#!/usr/bin/env bash
# Records which functions of the native executable a plain relay calls, in the order of their first call, in packaging/layout/called.txt.
# The compiler puts them side by side, so that such a relay has only their pages in memory and not a few of everybody's. To be run
# when the executable has grown resident; an entry that no longer exists is passed over. For Linux on x86-64, with gcc and nm.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly work=artifacts/layout program=artifacts/native/socketconnector symbols=artifacts/native/SocketConnector.Cli.dbg
mkdir -p "$work"
packaging/publish.sh
gcc -std=c11 -O2 -Wall -Wextra packaging/layout/called.c -o "$work/called"

# The functions of C# alone: the compiler does not place those of the runtime. Addresses are compared as text; awk takes some for numbers.
start=$(nm "$symbols" | awk '$3 == "__start___managedcode" { print $1 }')
stop=$(nm "$symbols" | awk '$3 == "__stop___managedcode" { print $1 }')
nm "$symbols" | awk -v start="$start" -v stop="$stop" '($2 == "t" || $2 == "T") && $1 "" >= start "" && $1 "" < stop "" && $3 !~ /^__st(art|op)___/ { print $1, $3 }' > "$work/symbols"

# Relays between two listeners: many that say little, one that says much.
record() {
  # The lines of the one before are not this one's.
  rm -f "$work/output"
  touch "$work/output"
  "$work/called" "$work/symbols" "$work/$1" "$program" server-to-server 127.0.0.1:0 127.0.0.1:0 "${@:2}" >"$work/output" 2>&1 </dev/null &
  local tracer=$! a b i one other
  until [ "$(grep -c 'listening on' "$work/output")" -eq 2 ]; do
    kill -0 "$tracer" || { cat "$work/output" >&2; exit 1; }
  done
  a=$(sed -n 's/.*side A listening on 127.0.0.1:\([0-9]*\).*/\1/p' "$work/output")
  b=$(sed -n 's/.*side B listening on 127.0.0.1:\([0-9]*\).*/\1/p' "$work/output")
  local -a ends=()
  for ((i = 0; i < 300; i++)); do
    exec {one}<>"/dev/tcp/127.0.0.1/$a" {other}<>"/dev/tcp/127.0.0.1/$b"
    echo small >&"$one"
    head -n 1 <&"$other" >/dev/null
    ends+=("$one" "$other")
  done
  head -c 20000000 /dev/zero >&"$one" &
  head -c 20000000 <&"$other" >/dev/null
  wait "$!"
  for i in "${ends[@]}"; do
    exec {i}>&-
  done
  kill -TERM "$(pgrep -P "$tracer")"
  wait "$tracer"
}

record quiet --events none
record told
cat "$work/quiet" "$work/told" | awk '!seen[$0]++' > packaging/layout/called.txt
wc -l packaging/layout/called.txt

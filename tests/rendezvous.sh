#!/usr/bin/env bash
# What a waiting end costs a relay, and how fast ends meet, against the program as it is built, or the native executable where that is there.
# To be run on a quiet machine; takes a minute.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

ulimit -n "$(ulimit -Hn)"
dotnet build tests/SocketConnector.Cli.Tests -c Release -v quiet -nologo
if [ -x artifacts/native/socketconnector ]; then
  export SOCKETCONNECTOR_TEST_PROGRAM=$PWD/artifacts/native/socketconnector
fi
timeout --kill-after=10 300 dotnet artifacts/bin/SocketConnector.Cli.Tests/release/SocketConnector.Cli.Tests.dll \
  -noLogo -noColor -explicit only -class '*.RendezvousFigures' -showLiveOutput

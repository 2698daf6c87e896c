#!/usr/bin/env bash
# Ten thousand each of silent, leaving, garbage and wrong-ticket clients at a relay: prints what honest ends notice of them, against the
# program as it is built, or the native executable where that is there. To be run on a quiet machine; takes six minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

ulimit -n "$(ulimit -Hn)"
dotnet build tests/SocketConnector.Cli.Tests -c Release -v quiet -nologo
if [ -x artifacts/native/socketconnector ]; then
  export SOCKETCONNECTOR_TEST_PROGRAM=$PWD/artifacts/native/socketconnector
fi
timeout --kill-after=10 580 dotnet artifacts/bin/SocketConnector.Cli.Tests/release/SocketConnector.Cli.Tests.dll \
  -noLogo -noColor -explicit only -class '*.HostileFigures' -showLiveOutput

#!/usr/bin/env bash
# A relay that is restarted twenty times under load, in the library and as processes, against the program as it is built, or the native
# executable where that is there. Takes two minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

ulimit -n "$(ulimit -Hn)"
dotnet build tests/SocketConnector.Rendezvous.Tests -c Release -v quiet -nologo
dotnet build tests/SocketConnector.Cli.Tests -c Release -v quiet -nologo
if [ -x artifacts/native/socketconnector ]; then
  export SOCKETCONNECTOR_TEST_PROGRAM=$PWD/artifacts/native/socketconnector
fi
timeout --kill-after=10 300 dotnet artifacts/bin/SocketConnector.Rendezvous.Tests/release/SocketConnector.Rendezvous.Tests.dll \
  -noLogo -noColor -explicit only -class '*.RestartTests' -showLiveOutput
timeout --kill-after=10 300 dotnet artifacts/bin/SocketConnector.Cli.Tests/release/SocketConnector.Cli.Tests.dll \
  -noLogo -noColor -explicit only -class '*.RestartedRelay' -showLiveOutput

#!/usr/bin/env bash
# What `socketconnector top` takes of a core with ten thousand connections, on 80 x 24 and on 200 x 60: the program as it is built, or the
# native executable where that is there. Needs tmux; takes two minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

dotnet build tests/SocketConnector.Cli.Tests -c Release -v quiet -nologo
if [ -x artifacts/native/socketconnector ]; then
  export SOCKETCONNECTOR_TEST_PROGRAM=$PWD/artifacts/native/socketconnector
fi
timeout --kill-after=10 300 dotnet artifacts/bin/SocketConnector.Cli.Tests/release/SocketConnector.Cli.Tests.dll \
  -noLogo -noColor -explicit only -class '*.TopFigures' -showLiveOutput

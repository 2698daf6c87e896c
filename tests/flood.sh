#!/usr/bin/env bash
# Ten thousand clients that never handshake, and ten thousand that come and go, on a TLS side with limits: prints what honest clients
# notice of them. To be run on a quiet machine; takes two minutes for each engine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

ulimit -n "$(ulimit -Hn)"
dotnet build tests/SocketConnector.Tests -c Release -v quiet -nologo
for engine in linux portable; do
  echo "$engine:"
  SOCKETCONNECTOR_TEST_ENGINE=$engine timeout --kill-after=10 600 dotnet artifacts/bin/SocketConnector.Tests/release/SocketConnector.Tests.dll \
    -noLogo -noColor -explicit only -class '*FloodTests' -showLiveOutput
done

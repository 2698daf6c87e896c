#!/usr/bin/env bash
# Twenty crowds of clients, three times as many as the process may open files, come and go at each limit; prints a line for each.
# To be run on a quiet machine: it asks for a second's patience at most. Takes some ten minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

dotnet build tests/SocketConnector.Cli.Tests -c Release -v quiet -nologo
timeout --kill-after=10 1800 dotnet artifacts/bin/SocketConnector.Cli.Tests/release/SocketConnector.Cli.Tests.dll \
  -noLogo -noColor -explicit only -method '*B77_Twenty_crowds_come_and_go' -showLiveOutput

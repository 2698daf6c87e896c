#!/usr/bin/env bash
# Makes the program as one native executable, which needs no .NET: artifacts/native/socketconnector, and beside it its symbols.
# Takes the runtime identifier to build for, such as linux-x64; without one it is this machine's. Needs a C compiler to link with.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly folder=artifacts/native
target=(--use-current-runtime)
if [ $# -gt 0 ]; then
  target=(--runtime "$1")
fi

linker=()
if ! command -v clang >/dev/null; then
  if ! command -v gcc >/dev/null; then
    echo "Linking needs clang or gcc." >&2
    exit 1
  fi
  linker=(-p:CppCompilerAndLinker=gcc)
fi

rm -rf "$folder"
dotnet publish src/SocketConnector.Cli -c Release -v quiet -nologo "${target[@]}" -p:PublishAot=true ${linker[@]+"${linker[@]}"} -o "$folder"
mv "$folder/SocketConnector.Cli" "$folder/socketconnector"
ls -l "$folder/socketconnector"

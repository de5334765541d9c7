#!/usr/bin/env bash
# Opens sockets by the thousand on two Apis and counts what was lost or doubled.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  cat <<'EOF'
Usage: load/chat.sh [OPTIONS] [--help]

Builds ChaturMail, opens 2,000 sockets on two Apis and sends 1,000 messages a second in 200
parties for a minute and a half, against a redis-server, Apis and a Worker of its own, on free ports and in
a temporary folder. Needs the .NET 10 SDK and redis-server 7.0 on the PATH.

EOF
  dotnet ChaturMail.Benchmarks/bin/Release/net10.0/ChaturMail.Benchmarks.dll chat --help 2>/dev/null ||
    echo "Once it is built, this text goes on with the options."
}

for argument in "$@"; do
  case "$argument" in
    --help | -h) usage; exit 0 ;;
  esac
done

if ! command -v dotnet >/dev/null; then
  echo "The .NET 10 SDK is missing: https://dotnet.microsoft.com/download" >&2
  exit 2
fi

echo "Building ..."
dotnet build ChaturMail.Benchmarks --configuration Release --verbosity quiet --nologo >&2
exec dotnet ChaturMail.Benchmarks/bin/Release/net10.0/ChaturMail.Benchmarks.dll chat "$@"

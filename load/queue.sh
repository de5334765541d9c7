#!/usr/bin/env bash
# Measures the queue and generateEmail.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  cat <<'EOF'
Usage: load/queue.sh [OPTIONS] [--help]

Builds ChaturMail and measures its queue beside a bare loop of Redis commands, and generateEmail
beside the backend that it replaces. Needs the .NET 10 SDK and redis-server 7.0 on the PATH.

EOF
  dotnet ChaturMail.Benchmarks/bin/Release/net10.0/ChaturMail.Benchmarks.dll queue --help 2>/dev/null ||
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
exec dotnet ChaturMail.Benchmarks/bin/Release/net10.0/ChaturMail.Benchmarks.dll queue "$@"

#!/usr/bin/env bash
# Sends broken requests to every route and judges the answers.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  cat <<'EOF'
Usage: load/fuzz.sh [REQUESTS] [OPTIONS] [--help]

Builds ChaturMail, starts an Api of its own (with a redis-server where there is one on the PATH) and sends
20,000 requests, or REQUESTS, to every route that its document lists: malformed, huge, deeply nested, wrong-typed,
in invalid UTF-8, with abused headers, framing, methods and paths. Needs the .NET 10 SDK.

EOF
  dotnet ChaturMail.Benchmarks/bin/Release/net10.0/ChaturMail.Benchmarks.dll fuzz --help 2>/dev/null ||
    echo "Once it is built, this text goes on with the options."
}

arguments=()
for argument in "$@"; do
  case "$argument" in
    --help | -h) usage; exit 0 ;;
    *) arguments+=("$argument") ;;
  esac
done
if [[ "${arguments[0]:-}" =~ ^[0-9]+$ ]]; then arguments=(--requests "${arguments[@]}"); fi

if ! command -v dotnet >/dev/null; then
  echo "The .NET 10 SDK is missing: https://dotnet.microsoft.com/download" >&2
  exit 2
fi

echo "Building ..."
dotnet build ChaturMail.Benchmarks --configuration Release --verbosity quiet --nologo >&2
exec dotnet ChaturMail.Benchmarks/bin/Release/net10.0/ChaturMail.Benchmarks.dll fuzz ${arguments[@]+"${arguments[@]}"}

#!/usr/bin/env bash
# Kills workers under load and counts what was lost or done twice.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  cat <<'EOF'
Usage: load/soak.sh [JOBS] [OPTIONS] [--help]

Builds ChaturMail and runs 10,000 jobs, or JOBS, against a redis-server, an Api, Workers and a
flaky model stub of its own, on free ports and in a temporary folder, while a random worker is
killed every second. Needs the .NET 10 SDK and redis-server 7.0 on the PATH.

EOF
  dotnet ChaturMail.Benchmarks/bin/Release/net10.0/ChaturMail.Benchmarks.dll soak --help 2>/dev/null ||
    echo "Once it is built, this text goes on with the options."
}

arguments=()
for argument in "$@"; do
  case "$argument" in
    --help | -h) usage; exit 0 ;;
    *) arguments+=("$argument") ;;
  esac
done
if [[ "${arguments[0]:-}" =~ ^[0-9]+$ ]]; then arguments=(--jobs "${arguments[@]}"); fi

if ! command -v dotnet >/dev/null; then
  echo "The .NET 10 SDK is missing: https://dotnet.microsoft.com/download" >&2
  exit 2
fi

echo "Building ..."
dotnet build ChaturMail.Benchmarks --configuration Release --verbosity quiet --nologo >&2
exec dotnet ChaturMail.Benchmarks/bin/Release/net10.0/ChaturMail.Benchmarks.dll soak "${arguments[@]}"

#!/usr/bin/env bash
# Builds ChaturMail and runs it on embedded parts.
set -euo pipefail
cd "$(dirname "$0")"

usage() {
  cat <<'EOF'
Usage: ./run.sh [--lan] [--help]

Builds ChaturMail and starts it on embedded parts: the Api with the worker inside it, a SQLite
store and queue in ./data (kept between runs, ignored by git), and, without OPENAI_API_KEY, the
offline composer. Needs the .NET 10 SDK, nothing else. Ctrl+C stops it.

It listens on this machine only, port 4545 or PORT, and prints a command that signs in and
writes an email. The development sign-in lets anybody in as anybody.

  --lan    listen on every network interface, e.g. for a phone in the same network
  --help   this text

Settings come from the environment and from .env in this folder; README.md lists them.
To run the Api and workers as processes of their own: dotnet run --project ChaturMail.AppHost
EOF
}

bind=127.0.0.1
for argument in "$@"; do
  case "$argument" in
    --lan) bind='*' ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done

if ! command -v dotnet >/dev/null; then
  echo "The .NET 10 SDK is missing: https://dotnet.microsoft.com/download" >&2
  exit 2
fi

echo "Building ..."
dotnet build ChaturMail.Api --configuration Release --verbosity quiet --nologo

export ASPNETCORE_ENVIRONMENT="${ASPNETCORE_ENVIRONMENT:-Development}"
export DATA_DIR="${DATA_DIR:-$PWD/data}"
export BIND_ADDRESS="${BIND_ADDRESS:-$bind}"
exec dotnet ChaturMail.Api/bin/Release/net10.0/ChaturMail.Api.dll

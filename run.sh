#!/usr/bin/env bash
# Builds ChaturMail and runs it: under .NET Aspire where that can be had, otherwise on embedded parts.
set -euo pipefail
cd "$(dirname "$0")"

usage() {
  cat <<'TEXT'
Usage: ./run.sh [--plain | --aspire] [--lan] [--which] [--help]

Builds ChaturMail and starts it, and says in a line how and why. Needs the .NET 10 SDK, nothing else.
Ctrl+C stops it. It listens on this machine only, port 4545.

Where docker or podman answers, and the NuGet feed has the Aspire packages: under .NET Aspire, with
MongoDB and Redis in containers, which the first start downloads. Otherwise on embedded parts: the Api
with the worker inside it, a SQLite store and queue in ./data (kept between runs, ignored by git).
Either way, without OPENAI_API_KEY, the offline composer writes. The development sign-in lets anybody in
as anybody; embedded parts print a command that signs in and writes an email.

  --plain   embedded parts, without looking for anything; so do PORT, DATA_DIR, DB_URI or REDIS_IP in the environment
  --aspire  Aspire, or the reason why not
  --lan     listen on every network interface, e.g. for a phone in the same network; embedded parts
  --which   say which it would be, and end
  --help    this text

Settings come from the environment and from .env in this folder; README.md lists them.
To run the Api and workers as processes of their own: dotnet run --project ChaturMail.AppHost
TEXT
}

wanted='' which='' bind=127.0.0.1
for argument in "$@"; do
  case "$argument" in
    --plain | --aspire) wanted=${argument#--} ;;
    --lan) bind='*' ;;
    --which) which=yes ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done
if [ "$bind$wanted" = '*aspire' ]; then
  echo "--lan is for embedded parts: under Aspire the Api listens on this machine only." >&2
  exit 2
fi

if ! command -v dotnet >/dev/null; then
  echo "The .NET 10 SDK is missing: https://dotnet.microsoft.com/download" >&2
  exit 2
fi

# Nothing that is asked below may hold the start up for long; macOS has no timeout.
within() {
  local seconds=$1
  shift
  if command -v timeout >/dev/null; then timeout "$seconds" "$@"; else "$@"; fi
}

# Sets runtime, or reason and fails.
find_runtime() {
  local found=''
  for runtime in docker podman; do
    command -v "$runtime" >/dev/null || continue
    if within 5 "$runtime" info >/dev/null 2>&1; then return 0; fi
    found=${found:+$found and }$runtime
  done
  reason=${found:+"$found did not answer"}
  reason=${reason:-"there is neither docker nor podman"}
  return 1
}

# Whether the feed has the packages. A refusal is remembered for a day, because it takes a while to be had. In a folder of its own, so
# that the plain build stays as it is.
refused=artifacts/aspire-refused
feed_allows() {
  if [ "$wanted" != aspire ] && [ -n "$(find "$refused" -mtime -1 2>/dev/null)" ]; then
    reason="the NuGet feed did not give the Aspire packages less than a day ago; --aspire asks again"
    return 1
  fi
  if [ -t 1 ]; then echo "Looking for the Aspire packages, for 2 minutes at most ..."; fi
  if Cloud=true within 120 dotnet restore ChaturMail.AppHost --artifacts-path artifacts/cloud --verbosity quiet >/dev/null 2>&1; then
    rm -f "$refused"
    return 0
  fi
  mkdir -p artifacts && touch "$refused"
  reason="the NuGet feed did not give the Aspire packages"
  return 1
}

choose() {
  topology=plain
  if [ "$wanted" = plain ]; then reason="--plain asks for it"; return; fi
  if [ "$bind" != 127.0.0.1 ]; then reason="--lan asks for it"; return; fi
  # Whoever names a port, a folder or a server means the one process that reads it.
  if [ "$wanted" != aspire ]; then
    for name in PORT DATA_DIR DB_URI REDIS_IP; do
      if [ -n "${!name:-}" ]; then reason="$name is set"; return; fi
    done
  fi
  if find_runtime && feed_allows; then
    topology=aspire
    reason="$runtime answers and the NuGet feed has the packages"
  fi
}

choose
if [ "$topology" = aspire ]; then
  echo "Under .NET Aspire, because $reason (--plain for embedded parts)."
elif [ "$wanted" = aspire ]; then
  echo "Not under .NET Aspire, because $reason." >&2
  exit 2
else
  echo "On embedded parts, because $reason."
fi
if [ -n "$which" ]; then exit 0; fi

if [ "$topology" = aspire ]; then
  # Aspire looks for docker unless told. Its AppHost starts the other projects, which inherit the switch.
  export Cloud=true ASPIRE_CONTAINER_RUNTIME="${ASPIRE_CONTAINER_RUNTIME:-$runtime}"
  exec dotnet run --project ChaturMail.AppHost
fi

echo "Building ..."
dotnet build ChaturMail.Api --configuration Release --verbosity quiet --nologo

export ASPNETCORE_ENVIRONMENT="${ASPNETCORE_ENVIRONMENT:-Development}"
export DATA_DIR="${DATA_DIR:-$PWD/data}"
export BIND_ADDRESS="${BIND_ADDRESS:-$bind}"
exec dotnet ChaturMail.Api/bin/Release/net10.0/ChaturMail.Api.dll

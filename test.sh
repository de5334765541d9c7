#!/usr/bin/env bash
# Runs the whole test suite, set-up included.
set -euo pipefail
cd "$(dirname "$0")"

case "${1:-}" in
  --help | -h)
    cat <<'EOF'
Usage: ./test.sh [OPTIONS OF dotnet test ...]

Builds the solution with warnings as errors and runs every test. Needs the .NET 10 SDK, nothing
else; tests of the queue on Redis are skipped where redis-server is not on the PATH. Each test uses ports and folders of its own, so it may run while ChaturMail runs.

Examples:
  ./test.sh
  ./test.sh --filter "FullyQualifiedName~OfflineComposer"
EOF
    exit 0 ;;
esac

dotnet build ChaturMail.slnx --verbosity quiet --nologo
# The tests start hundreds of processes that live for seconds: what they would count for a later, faster compilation never pays, nor would that compilation,
# nor pages of code that are mapped twice so that none can be written and run.
export DOTNET_TieredPGO=0 DOTNET_TC_CallCounting=0 DOTNET_EnableWriteXorExecute=0
exec dotnet test ChaturMail.slnx --no-build --nologo --logger "console;verbosity=minimal" "$@"

#!/usr/bin/env bash
# Generates what ships from ChaturMail.AppHost: aspire-manifest.json and the Helm chart.
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-all}" in
  manifest | chart | all) ;;
  *)
    cat >&2 <<'EOF'
Usage: deploy/publish.sh [manifest | chart]

  manifest   aspire-manifest.json
  chart      deploy/helm/chaturmail, and deploy/helm/rendered: what helm makes of it (needs helm)

Without a word both. Needs a NuGet feed that has the Aspire packages. The same code gives the same files.
EOF
    exit 2 ;;
esac

dotnet build ChaturMail.AppHost -p:Cloud=true --artifacts-path artifacts/cloud --nologo --verbosity quiet
app=artifacts/cloud/bin/ChaturMail.AppHost/debug/ChaturMail.AppHost.dll

# Parameters must have a value before anything is published; none of these is written anywhere. Aspire keeps what it has made up in the
# home folder, so it gets an empty one.
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
publish() {
  env HOME="$home" DOTNET_CLI_HOME="$home" \
    Parameters__openai-api-key=none Parameters__atlas-connection=none Parameters__firebase-project-id=none \
    Parameters__firebase-client-email=none Parameters__firebase-private-key-id=none Parameters__firebase-private-key=none \
    dotnet "$app" --operation publish "$@" </dev/null
}

if [ "${1:-all}" != chart ]; then
  publish --publisher manifest --output-path aspire-manifest.json
  # The file's last line is a line.
  [ -z "$(tail -c1 aspire-manifest.json)" ] || echo >>aspire-manifest.json
fi

if [ "${1:-all}" != manifest ]; then
  rm -rf deploy/helm/chaturmail
  publish --step publish --output-path deploy/helm/chaturmail
  deploy/render.sh
fi

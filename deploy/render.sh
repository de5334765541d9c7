#!/usr/bin/env bash
# Renders the Helm chart as it is installed with each of the variants below, for review and for the tests. Needs helm 3.14 or later.
set -euo pipefail
cd "$(dirname "$0")/helm"

if ! command -v helm >/dev/null; then
  echo "helm is missing: https://helm.sh/docs/intro/install/" >&2
  exit 2
fi

helm lint --strict --quiet chaturmail

# What the rendering was made from: a test tells by it when the chart has changed since.
sum=$(find chaturmail -type f | LC_ALL=C sort | xargs cat | sha256sum | cut -d' ' -f1)

mkdir -p rendered
render() {
  local file=rendered/$1.yaml
  shift
  {
    echo "# Made by deploy/render.sh from the chart with this SHA-256:"
    echo "# $sum"
    helm template chaturmail chaturmail --namespace chaturmail "$@"
  } >"$file"
}

render default
# MongoDB elsewhere, images by digest, no KEDA, telemetry, model servers: the conditions the other way.
render atlas \
  --set mongo.enabled=false --set worker.scaling.keda=false --set telemetry.endpoint=http://collector.observability:4317 --set models.namespace=models \
  --set 'image.pullSecrets[0].name=registry' --set mongo.storage.className=fast --set redis.storage.className=fast \
  --set api.image.digest=sha256:0000000000000000000000000000000000000000000000000000000000000001 \
  --set worker.image.digest=sha256:0000000000000000000000000000000000000000000000000000000000000002 \
  --set-string settings.RateLimits__PerUser=600

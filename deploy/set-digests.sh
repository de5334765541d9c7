#!/usr/bin/env bash
# Writes what an environment is to run into a checkout of the configuration repository, and commits it there.
set -euo pipefail

if [ $# -ne 4 ] || { [ "$2" != staging ] && [ "$2" != production ]; }; then
  cat >&2 <<'TEXT'
Usage: deploy/set-digests.sh CHECKOUT staging|production API_DIGEST WORKER_DIGEST

In the checkout of the configuration repository (its branch: stage or main):
  chaturmail/   the chart of this commit, so that chart and images change in one commit and are taken back in one
  images.yaml   the digests
  values.yaml   is the environment's own; only where it is missing, deploy/argocd/values-….yaml is put there to begin with
Commits, and leaves pushing to the caller. Nothing changed: no commit, and exit code 0.
TEXT
  exit 2
fi

checkout=$(cd "$1" && pwd)
environment=$2
api=$3
worker=$4
cd "$(dirname "$0")/.."

for digest in "$api" "$worker"; do
  [[ $digest =~ ^sha256:[0-9a-f]{64}$ ]] || { echo "'$digest' is no digest: sha256: and 64 hexadecimal digits." >&2; exit 2; }
done
[ "$(git -C "$checkout" rev-parse --show-toplevel 2>/dev/null)" = "$checkout" ] || { echo "$checkout is no git checkout." >&2; exit 2; }

# Replaced as a whole, for a template that is gone here has to be gone there.
rm -rf "$checkout/chaturmail"
cp -R deploy/helm/chaturmail "$checkout/chaturmail"
[ -e "$checkout/values.yaml" ] || cp "deploy/argocd/values-$environment.yaml" "$checkout/values.yaml"
cat >"$checkout/images.yaml" <<YAML
# Written by deploy/set-digests.sh. To go back, revert the commit.
api:
  image:
    digest: "$api"
worker:
  image:
    digest: "$worker"
YAML

git -C "$checkout" add --all chaturmail images.yaml values.yaml
if git -C "$checkout" diff --cached --quiet; then
  echo "$environment runs this already."
  exit 0
fi
commit=${GITHUB_SHA:-$(git rev-parse HEAD)}
git -C "$checkout" -c user.name="${GIT_AUTHOR_NAME:-ChaturMail deployment}" -c user.email="${GIT_AUTHOR_EMAIL:-deployment@example.com}" \
  commit --quiet --message "$environment: ${commit:0:12}" --message "api $api" --message "worker $worker"
git -C "$checkout" log -1 --format='%h %s'

#!/usr/bin/env bash
# Builds the images of Api and Worker with the .NET SDK: no Dockerfile, and no container runtime.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  cat <<'TEXT'
Usage: deploy/images.sh size
       deploy/images.sh push REGISTRY TAG

  size   publishes what goes into the images and says how large their layers are, compressed
  push   pushes chaturmail/api and chaturmail/worker to REGISTRY (and what stands before all repositories),
         and prints their digests, `api=sha256:…` and `worker=sha256:…`

Builds with Cloud=true, so the feed must have MongoDB.Driver and FirebaseAdmin. Who may push is in
DOTNET_CONTAINER_PUSH_REGISTRY_UNAME and DOTNET_CONTAINER_PUSH_REGISTRY_PWORD, or in what `docker login` keeps.
BASE_IMAGE names another base image than deploy/Image.props, e.g. by digest or in a mirror.
TEXT
}

# An output folder of its own: the plain build stays as it is.
artifacts=artifacts/image
options=(-p:Cloud=true -p:Image=true --configuration Release --artifacts-path "$artifacts" --nologo)
if [ -n "${BASE_IMAGE:-}" ]; then options+=("-p:ContainerBaseImage=$BASE_IMAGE"); fi

case "${1:-}" in
  size)
    [ $# -eq 1 ] || { usage >&2; exit 2; }
    for name in Api Worker; do
      folder=$artifacts/publish/ChaturMail.$name/release_linux-x64
      # Files of an earlier publish would be counted, and are not removed by the next.
      rm -rf "$folder"
      dotnet publish "ChaturMail.$name" "${options[@]}" --verbosity quiet
      printf '%-7s %5s files %10s bytes, %10s compressed\n' "$name" "$(find "$folder" -type f | wc -l)" \
        "$(find "$folder" -type f -printf '%s\n' | awk '{ sum += $1 } END { print sum }')" "$(tar -c -C "$folder" . | gzip -6 | wc -c)"
    done ;;
  push)
    [ $# -eq 3 ] || { usage >&2; exit 2; }
    # The first part is the registry; Harbor's project, if there is one, belongs to the repository.
    registry=${2%%/*}
    prefix=${2#"$registry"}
    for name in Api Worker; do
      repository=${prefix:+${prefix#/}/}chaturmail/${name,,}
      # The build's own lines come to standard error, where they do not mix with the digests.
      dotnet publish "ChaturMail.$name" "${options[@]}" --verbosity minimal -t:PublishContainer -p:ContainerRegistry="$registry" \
        -p:ContainerRepository="$repository" -p:ContainerImageTag="$3" -p:DigestFile="$PWD/$artifacts/${name,,}.digest" >&2
      digest=$(cat "$artifacts/${name,,}.digest")
      [[ $digest =~ ^sha256:[0-9a-f]{64}$ ]] || { echo "$name was pushed, but no digest came of it: '$digest'" >&2; exit 1; }
      echo "${name,,}=$digest"
    done ;;
  --help | -h) usage ;;
  *) usage >&2; exit 2 ;;
esac

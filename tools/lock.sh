#!/bin/sh
# Resolve the locks anew from pyproject.toml: exact versions and SHA-256 of every file, and no addresses, so that any
# mirror will do. Set UPGRADE=--upgrade to take newer versions; without it only what must change does.
set -eu
cd "$(dirname -- "$0")/.."

resolve() {
    lock=$1
    shift
    # shellcheck disable=SC2086 # UPGRADE is a flag or nothing
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header ${UPGRADE:-} \
        --output-file "$lock" "$@" >/dev/null
    echo "$lock: $(grep -c '^[a-z0-9].*==' "$lock") packages"
}

resolve requirements.lock pyproject.toml
resolve requirements-dev.lock pyproject.toml --constraint requirements.lock --group dev
resolve requirements-spark.lock pyproject.toml --constraint requirements.lock --extra spark
echo compliance-trestle | resolve requirements-trestle.lock --constraint requirements-dev.lock -
printf 'eml-parser\nmail-parser\nfast-mail-parser\n' | resolve requirements-peers.lock --constraint requirements-dev.lock -
echo uv | resolve bootstrap.lock --no-annotate -

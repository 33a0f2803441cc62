#!/usr/bin/env bash
# Pins anew what pyproject.toml asks for. Needs uv.
set -euo pipefail
cd "$(dirname "$0")/.."
lock() {
  uv pip compile --quiet pyproject.toml --override requirements/overrides.txt --universal --python-version 3.11 \
    --generate-hashes --no-emit-index-url --no-header --no-strip-extras "$@"
}
lock --extra dev --output-file requirements/dev.lock "${@}"
lock --constraint requirements/dev.lock --output-file requirements/runtime.lock
for extra in contracts pages postgres; do
  lock --constraint requirements/dev.lock --extra "$extra" --output-file "requirements/$extra.lock"
done

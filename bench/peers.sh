#!/usr/bin/env bash
# Installs what the benchmarks compare with into bench/.peers: the reference, DuckDB, polars and orjson from PyPI, xan from
# crates.io (needs cargo; compiles for some minutes). Then: PYTHON=bench/.peers/bin/python npm run bench
set -euo pipefail
cd "$(dirname "$0")"
[ -x .peers/bin/python ] || python3 -m venv .peers
.peers/bin/pip install --quiet --disable-pip-version-check -r ../integration_tests/differential/requirements.txt duckdb polars orjson
[ -x .peers/bin/xan ] || cargo install --quiet xan --root .peers

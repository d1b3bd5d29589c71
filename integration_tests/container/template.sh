#!/usr/bin/env bash
# Makes connectors FROM the image by docs/recipes/image and uses them as a platform does: labels, a read-only root, real reads, the
# acceptance rules, the CDK's docker suite.
#
#   IMAGE    the base image, already built
#   DOCKER   the words that start docker or podman; containers must reach 127.0.0.1 of this machine (default: docker)
set -euo pipefail
cd "$(dirname "$0")/../.."
: "${IMAGE:?the image that the template is built on}"
DOCKER=${DOCKER:-docker}
shop=integration_tests/clients/shop
work=$(mktemp -d)
api=
trap '[ -z "$api" ] || kill "$api"; rm -rf "$work"' EXIT
step() { printf '── %s\n' "$*"; }
die() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
HARD=(--rm --read-only --tmpfs /tmp --cap-drop=all --security-opt=no-new-privileges -v "$work:/data:ro")

step "build: a manifest, and a manifest with components"
mkdir "$work/plain" "$work/custom"
cp docs/recipes/image/Dockerfile $shop/manifest.yaml "$work/plain/"
cp docs/recipes/image/Dockerfile "$work/custom/"
# The countries get a field by a component of their own.
sed 's|^    name: countries$|&\n    transformations: [{ type: CustomTransformation, class_name: components.Stamped }]|' $shop/manifest.yaml >"$work/custom/manifest.yaml"
echo 'export const Stamped = (model, ctx) => ({ transform(record) { record.stamp = ctx.streamName; } });' >"$work/custom/components.mjs"
for kind in plain custom; do
  $DOCKER build ${DOCKER_BUILD_FLAGS:-} --build-arg "BASE=$IMAGE" --build-arg NAME=airbyte/source-shop --build-arg VERSION=1.2.3 -t "localhost/source-shop:$kind" "$work/$kind" >"$work/build.log" 2>&1 \
    || { cat "$work/build.log"; die "the build of $kind"; }
done
plain=localhost/source-shop:plain custom=localhost/source-shop:custom

step "labels, entrypoint, user"
inspect() { $DOCKER image inspect "$plain" --format "$1"; }
[ "$(inspect '{{index .Config.Labels "io.airbyte.name"}} {{index .Config.Labels "io.airbyte.version"}}')" = "airbyte/source-shop 1.2.3" ] || die "labels"
[ "$(inspect '{{.Config.User}}')" = 1000:1000 ] || die "user"
entrypoint=$(inspect '{{range .Config.Env}}{{println .}}{{end}}' | sed -n 's/^AIRBYTE_ENTRYPOINT=//p')
[ "$(inspect '{{join .Config.Entrypoint " "}}')" = "$entrypoint" ] || die "AIRBYTE_ENTRYPOINT is $entrypoint"

step "code that nobody can write, nothing compiled for one processor, a heap within the limit"
$DOCKER run --rm --entrypoint sh "$plain" -c 'find /airbyte -writable | grep -q . && exit 1 || exit 0' || die "the user can write below /airbyte"
$DOCKER run --rm --entrypoint sh "$plain" -c '! find /airbyte -name "*.node" | grep -q .' || die "a module for one processor"
heap=$($DOCKER run --rm --memory 512m --entrypoint node "$plain" -p 'require("v8").getHeapStatistics().heap_size_limit >> 20')
[ "$heap" -lt 512 ] || die "the heap may grow to $heap MiB in a container of 512"
echo "heap limit $heap MiB of 512"

step "spec, check, discover, read"
node scripts/run-ts.mjs integration_tests/reporting_api/main.ts $shop/api.yaml >"$work/api" & api=$!
for _ in $(seq 120); do [ -s "$work/api" ] && break; sleep 0.5; done
url=$(sed 's/.*"url":"\([^"]*\)".*/\1/' "$work/api")
echo "{\"api_key\":\"shop-secret-key\",\"base_url\":\"$url\",\"start_date\":\"2024-01-01\",\"end_date\":\"2024-01-20\"}" >"$work/config.json"
chmod -R a+rX "$work"
source_shop() { $DOCKER run "${HARD[@]}" -e SOURCE_TEST_FAST_WAITS=1 "$@"; }
source_shop $plain spec | grep -q '"Address of the API"' || die "spec"
source_shop $plain check --config /data/config.json | grep -q SUCCEEDED || die "check"
source_shop $plain discover --config /data/config.json >"$work/discovered"
node -e '
  const { catalog } = require("fs").readFileSync(process.argv[1], "utf8").split("\n").filter(Boolean).map(JSON.parse).find(({ type }) => type === "CATALOG");
  console.log(JSON.stringify({ streams: catalog.streams.map((stream) => ({ stream, sync_mode: stream.supported_sync_modes.at(-1), destination_sync_mode: "append" })) }));
' "$work/discovered" >"$work/catalog.json"
chmod a+r "$work/catalog.json"
rows=$(source_shop $plain read --config /data/config.json --catalog /data/catalog.json | grep -c '"type":"RECORD"')
# 19 days of 3 orders, 12 lists with 3 weeks of 2 members, 12 lists, 7 colours of 3, 5 countries
[ "$rows" = $((19 * 3 + 12 * 3 * 2 + 12 + 21 + 5)) ] || die "$rows records"
source_shop $custom read --config /data/config.json --catalog /data/catalog.json | grep -c '"stamp":"countries"' | grep -qx 5 || die "the component did not run"

step "accept"
export SOURCE_TEST_FAST_WAITS=1
node dist/main.js accept --config "$work/config.json" --command "$DOCKER run --rm --read-only --tmpfs /run -v /tmp:/tmp:ro -e SOURCE_TEST_FAST_WAITS=1 --user $(id -u) $plain" 2>/dev/null | tail -1

step "the reference CDK's docker suite"
mkdir "$work/bin"
printf '#!/bin/sh\nexec %s "$@"\n' "$DOCKER" >"$work/bin/docker"
chmod +x "$work/bin/docker"
PATH=$work/bin:$PATH integration_tests/clients/run.sh --in airbyte python integration_tests/container/cdk_docker_suite.py "$plain" "$url"

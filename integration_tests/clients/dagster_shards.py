"""Dagster runs the recipe docs/recipes/shards_dagster.py: 16 shards, one of which fails in its first attempt, deliver exactly the records of
one run and leave its state; a second sync goes on from there."""
# environment: dagster

import importlib.util
import json
import os
import pathlib
import tempfile

from shop_api import REPOSITORY, SHOP, catalog_of, command, config_for, records_of, run, shop_api

os.environ.setdefault("DAGSTER_HOME", tempfile.mkdtemp(prefix="dagster-"))
from dagster import DagsterInstance  # noqa: E402

spec = importlib.util.spec_from_file_location("shards_dagster", REPOSITORY / "docs/recipes/shards_dagster.py")
recipe = importlib.util.module_from_spec(spec)
spec.loader.exec_module(recipe)
MANIFEST = ["--manifest-path", str(SHOP / "manifest.yaml")]
FAILING = 5


def messages(folder):
    for path in sorted(folder.glob("records-*.jsonl")):
        for line in path.read_text().splitlines():
            yield path.name, json.loads(line)


def delivered(folder):
    """What a destination has: a full refresh starts over with each attempt, so equal records of it count once."""
    rows = records_of(message for _, message in messages(folder))
    incremental = [row for row in rows if row.startswith(('["orders"', '["members"'))]
    return sorted(incremental + sorted(set(rows) - set(incremental)))


def states(listed):
    """By stream, without how long the sync took and in one order of partitions."""
    result = {}
    for message in listed:
        state = dict(message["stream"]["stream_state"])
        state.pop("lookback_window", None)
        if "states" in state:
            state["states"] = sorted(state["states"], key=json.dumps)
        result[message["stream"]["stream_descriptor"]["name"]] = state
    return result


def sync(folder, connector):
    inputs = {"config": {"folder": str(folder), "command": connector, "shards": 16, "shards_at_once": 2}}
    run_config = {"ops": {name: inputs for name in ("shards", "read_shard", "merge_states")}}
    with DagsterInstance.ephemeral() as instance:
        result = recipe.sync_in_shards.execute_in_process(run_config=run_config, instance=instance)
        retries = [event for event in result.all_events if event.event_type_value == "STEP_RESTARTED"]
    assert result.success
    return len(retries)


with shop_api() as url, tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    (folder / "config.json").write_text(json.dumps(config_for(url)))
    code, found = run(["discover", "--config", folder / "config.json", *MANIFEST])
    assert code == 0
    catalog = catalog_of(next(message["catalog"] for message in found if message["type"] == "CATALOG"))
    (folder / "catalog.json").write_text(json.dumps(catalog))
    code, whole = run(["read", "--config", folder / "config.json", "--catalog", folder / "catalog.json", *MANIFEST])
    assert code == 0

    # In its first attempt one shard runs with a manifest that cannot order reports of the second half.
    broken = folder / "broken.yaml"
    broken.write_text((SHOP / "manifest.yaml").read_text().replace("}}/exports\"", "}}/{{ 'refused' if stream_slice['start_time'] >= '2024-01-15' else 'exports' }}\"", 1))
    connector = folder / "connector"
    connector.write_text(f"""#!/bin/sh
manifest={SHOP}/manifest.yaml
case "$*" in *"--shard {FAILING}/16"*) [ -e {folder}/failed ] || {{ manifest={broken}; touch {folder}/failed; }};; esac
exec {command()} "$@" $([ "$1" = state ] || echo --manifest-path $manifest)
""")
    connector.chmod(0o755)

    retries = sync(folder, str(connector))
    assert retries == 1, f"{retries} retries"
    shard = [message for name, message in messages(folder) if name == f"records-{FAILING}.jsonl"]
    assert any(message.get("trace", {}).get("type") == "ERROR" for message in shard), "the shard did not fail"
    assert delivered(folder) == records_of(whole), "the shards have delivered something else than one run"
    joined = json.loads((folder / "state.json").read_text())
    last = {message["state"]["stream"]["stream_descriptor"]["name"]: message["state"] for message in whole if message["type"] == "STATE"}
    assert states(joined) == states(last.values()), "the joined state is not that of one run"
    print(f"16 shards, 1 of them retried: {len(delivered(folder))} records, the state of one run")

    # The next sync, ten days later, starts from the joined state.
    later = config_for(url, end_date="2024-02-20")
    (folder / "config.json").write_text(json.dumps(later))
    (folder / "whole.json").write_text(json.dumps(list(last.values())))
    code, whole = run(["read", "--config", folder / "config.json", "--catalog", folder / "catalog.json", "--state", folder / "whole.json", *MANIFEST])
    assert code == 0 and sync(folder, str(connector)) == 0
    assert delivered(folder) == records_of(whole), "the second sync has delivered something else than one run"
    print(f"the next sync: {len(delivered(folder))} records, as in one run")

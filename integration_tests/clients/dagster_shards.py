"""Dagster runs the recipe docs/recipes/shards_dagster.py: 16 shards, one of which fails in its first attempt, deliver exactly the records of
one run and leave its state; a second sync goes on from there."""
# environment: dagster

import importlib.util
import os
import pathlib
import tempfile

from sharded_shop import ShardedShop
from shop_api import REPOSITORY, shop_api

home = tempfile.TemporaryDirectory(prefix="dagster-")
os.environ["DAGSTER_HOME"] = home.name
from dagster import DagsterInstance  # noqa: E402

spec = importlib.util.spec_from_file_location("shards_dagster", REPOSITORY / "docs/recipes/shards_dagster.py")
recipe = importlib.util.module_from_spec(spec)
spec.loader.exec_module(recipe)


def sync(shop):
    """How many retries it took."""
    inputs = {"config": {"folder": str(shop.folder), "command": str(shop.connector), "shards": 16, "shards_at_once": 2}}
    run_config = {"ops": {name: inputs for name in ("shards", "read_shard", "merge_states")}}
    with DagsterInstance.ephemeral() as instance:
        result = recipe.sync_in_shards.execute_in_process(run_config=run_config, instance=instance)
        assert result.success
        return sum(event.event_type_value == "STEP_RESTARTED" for event in result.all_events)


with shop_api() as url, tempfile.TemporaryDirectory() as name:
    shop = ShardedShop(pathlib.Path(name), url)
    assert sync(shop) == 1 and shop.has_failed()
    print(f"16 shards, 1 of them retried: {shop.check()} records and the state of one run")
    shop.later()
    assert sync(shop) == 0
    print(f"the next sync: {shop.check()} records and the state of one run")

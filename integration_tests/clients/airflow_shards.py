"""Airflow runs the recipe docs/recipes/shards_airflow.py: 16 shards, one of which fails in its first attempt, deliver exactly the records of
one run and leave its state; a second sync goes on from there."""
# environment: airflow
# by hand: installing Airflow takes longer than all other clients together

import os
import pathlib
import subprocess
import tempfile

from sharded_shop import ShardedShop
from shop_api import REPOSITORY, shop_api

with shop_api() as url, tempfile.TemporaryDirectory() as name:
    shop = ShardedShop(pathlib.Path(name), url)
    home = shop.folder / "airflow"
    (home / "dags").mkdir(parents=True)
    text = (REPOSITORY / "docs/recipes/shards_airflow.py").read_text()
    for recipe, here in (('"/sync"', f'"{shop.folder}"'), ('"source-async-jobs"', f'"{shop.connector}"'), ("seconds=30", "seconds=1")):
        assert text.count(recipe) == 1
        text = text.replace(recipe, here)
    (home / "dags/shards.py").write_text(text)
    environment = {**os.environ, "AIRFLOW_HOME": str(home), "AIRFLOW__CORE__LOAD_EXAMPLES": "False", "AIRFLOW__CORE__DAGS_FOLDER": str(home / "dags")}

    def airflow(*words):
        done = subprocess.run(["airflow", *words], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        assert done.returncode == 0, done.stdout[-5000:]
        return done.stdout

    airflow("db", "migrate")
    airflow("dags", "reserialize")
    airflow("dags", "test", "sync_in_shards")
    assert shop.has_failed()
    print(f"16 shards, 1 of them retried: {shop.check()} records and the state of one run")
    shop.later()
    airflow("dags", "test", "sync_in_shards", "2024-03-01")
    print(f"the next sync: {shop.check()} records and the state of one run")

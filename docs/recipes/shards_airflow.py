"""One sync in shards on Airflow: a mapped task a shard with retries, then one that joins their states.

Needs Airflow 2.7 or newer. The folder holds config.json and catalog.json, keeps state.json from sync to sync, and takes the records of each
shard as records-N.jsonl.
"""

import datetime
import pathlib
import subprocess

from airflow.decorators import dag, task

FOLDER = pathlib.Path("/sync")
COMMAND = ["source-async-jobs"]
SHARDS = 16
SHARDS_AT_ONCE = 4


@dag(schedule="@daily", start_date=datetime.datetime(2024, 1, 1), catchup=False, max_active_runs=1)
def sync_in_shards():
    @task
    def begin() -> list[int]:
        for leftover in [*FOLDER.glob("shard-*.json"), *FOLDER.glob("records-*.jsonl")]:
            leftover.unlink()
        return list(range(SHARDS))

    @task(retries=3, retry_delay=datetime.timedelta(seconds=30), max_active_tis_per_dagrun=SHARDS_AT_ONCE)
    def read_shard(index: int) -> int:
        state = FOLDER / "state.json"
        command = [*COMMAND, "read", "--shard", f"{index}/{SHARDS}", "--shards-at-once", str(SHARDS_AT_ONCE)]
        command += ["--config", str(FOLDER / "config.json"), "--catalog", str(FOLDER / "catalog.json"), "--journal", str(FOLDER / f"shard-{index}.json")]
        if state.exists():
            command += ["--state", str(state)]
        # A retry adds what the first attempt has not delivered: the journal knows.
        with open(FOLDER / f"records-{index}.jsonl", "ab") as records:
            subprocess.run(command, stdout=records, check=True)
        return index

    @task
    def merge_states(indexes: list[int]) -> None:
        journals = [str(FOLDER / f"shard-{index}.json") for index in sorted(indexes)]
        subprocess.run([*COMMAND, "state", "merge", "--output", str(FOLDER / "state.json"), *journals], check=True)

    merge_states(read_shard.expand(index=begin()))


sync_in_shards()

"""One sync in shards on Dagster: an op a shard with retries, then one that joins their states.

Needs the package `dagster`. The folder holds config.json and catalog.json, keeps state.json from sync to sync, and takes the records of
each shard as records-N.jsonl.
"""

import pathlib
import shlex
import subprocess

from dagster import Config, DynamicOut, DynamicOutput, Failure, OpExecutionContext, RetryPolicy, job, op


class Sync(Config):
    folder: str
    # The connector with its fixed arguments; "docker run --rm -i IMAGE" and the like work as well.
    command: str = "source-async-jobs"
    shards: int = 16
    # How many run at the same time (the executor's max_concurrent): they share the rate limits of the API.
    shards_at_once: int = 4


@op(out=DynamicOut(int))
def shards(config: Sync):
    folder = pathlib.Path(config.folder)
    for leftover in [*folder.glob("shard-*.json"), *folder.glob("records-*.jsonl")]:
        leftover.unlink()
    for index in range(config.shards):
        yield DynamicOutput(index, mapping_key=str(index))


@op(retry_policy=RetryPolicy(max_retries=3, delay=5))
def read_shard(context: OpExecutionContext, config: Sync, index: int) -> int:
    folder = pathlib.Path(config.folder)
    state = folder / "state.json"
    command = [*shlex.split(config.command), "read", "--shard", f"{index}/{config.shards}", "--shards-at-once", str(min(config.shards, config.shards_at_once))]
    command += ["--config", str(folder / "config.json"), "--catalog", str(folder / "catalog.json"), "--journal", str(folder / f"shard-{index}.json")]
    if state.exists():
        command += ["--state", str(state)]
    # A retry adds what the first attempt has not delivered: the journal knows.
    with open(folder / f"records-{index}.jsonl", "ab") as records:
        code = subprocess.run(command, stdout=records, check=False).returncode
    if code != 0:
        raise Failure(f"Shard {index} ended with exit code {code}; the last lines of records-{index}.jsonl say why.", allow_retries=True)
    context.log.info(f"Shard {index} is complete")
    return index


@op
def merge_states(context: OpExecutionContext, config: Sync, indexes: list[int]) -> None:
    folder = pathlib.Path(config.folder)
    journals = [str(folder / f"shard-{index}.json") for index in sorted(indexes)]
    subprocess.run([*shlex.split(config.command), "state", "merge", "--output", str(folder / "state.json"), *journals], check=True)
    context.log.info(f"{len(journals)} shards joined")


@job
def sync_in_shards():
    merge_states(shards().map(read_shard).collect())

"""What a sync of the shop in 16 shards has to come to, whatever engine runs it; one shard fails in its first attempt."""

import json

from shop_api import SHOP, catalog_of, command, config_for, records_of, run

MANIFEST = ["--manifest-path", str(SHOP / "manifest.yaml")]
FAILING = 5


class ShardedShop:
    def __init__(self, folder, url):
        self.folder, self.url, self.state = folder, url, None
        self._write("config.json", config_for(url))
        _, found = run(["discover", "--config", folder / "config.json", *MANIFEST])
        self._write("catalog.json", catalog_of(next(message["catalog"] for message in found if message["type"] == "CATALOG")))
        # In its first attempt one shard runs with a manifest that cannot order reports of the second half.
        broken = folder / "broken.yaml"
        broken.write_text((SHOP / "manifest.yaml").read_text().replace("}}/exports\"", "}}/{{ 'refused' if stream_slice['start_time'] >= '2024-01-15' else 'exports' }}\"", 1))
        self.connector = folder / "connector"
        self.connector.write_text(f"""#!/bin/sh
manifest={SHOP}/manifest.yaml
case "$*" in *"--shard {FAILING}/16"*) [ -e {folder}/failed ] || {{ manifest={broken}; touch {folder}/failed; }};; esac
exec {command()} "$@" $([ "$1" = state ] || echo --manifest-path $manifest)
""")
        self.connector.chmod(0o755)

    def later(self):
        """From now on there are ten days more."""
        self._write("config.json", config_for(self.url, end_date="2024-02-20"))

    def check(self):
        """Holds what the shards have delivered, and the state that was joined, to those of one run."""
        arguments = ["read", "--config", self.folder / "config.json", "--catalog", self.folder / "catalog.json", *MANIFEST]
        if self.state:
            self._write("whole.json", self.state)
            arguments += ["--state", self.folder / "whole.json"]
        code, whole = run(arguments)
        assert code == 0
        delivered = self._delivered()
        assert delivered == records_of(whole), "the shards have delivered something else than one run"
        last = {message["state"]["stream"]["stream_descriptor"]["name"]: message["state"] for message in whole if message["type"] == "STATE"}
        self.state = list(last.values())
        assert states(json.loads((self.folder / "state.json").read_text())) == states(self.state), "the joined state is not that of one run"
        return len(delivered)

    def has_failed(self):
        messages = [json.loads(line) for line in (self.folder / f"records-{FAILING}.jsonl").read_text().splitlines()]
        return any(message.get("trace", {}).get("type") == "ERROR" for message in messages)

    def _delivered(self):
        """What a destination has: a full refresh starts over with each attempt, so equal records of it count once."""
        rows = records_of(json.loads(line) for path in self.folder.glob("records-*.jsonl") for line in path.read_text().splitlines())
        incremental = [row for row in rows if row.startswith(('["orders"', '["members"'))]
        return sorted(incremental + sorted(set(rows) - set(incremental)))

    def _write(self, name, value):
        (self.folder / name).write_text(json.dumps(value))


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

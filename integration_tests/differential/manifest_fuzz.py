"""Random manifests on the reference and on ours, against a fake API that each of them brings along.

    python integration_tests/differential/manifest_fuzz.py [--seeds=FIRST:COUNT] [--main=dist/main.js] [--show=SEED [--keep=FOLDER]]
Each seed is checked, discovered, and read from nothing, from the last state, and from older kinds of states. The generator leaves
out what docs/compatibility.md says is different on purpose. --show keeps manifest, config, states and the output of both sides in a
folder. Closes with `manifests: N runs compared, N different`.
"""
import concurrent.futures
import json
import os
import pathlib
import queue
import sys
import tempfile

import yaml

from connectors_diff import Ours, Reference, frozen_time, messages_of, problems, run_outcome
from connectors_explain import explain
from fuzz_api import FuzzApi
from fuzz_manifests import CONFIG, Maker
from side_by_side import OURS, canonical, outcome

SEEDS = (2000, 24)


class Comparison:
    """All runs of one seed."""

    def __init__(self, seed, sides):
        self.seed, self.sides, self.found, self.notes, self.runs = seed, sides, [], [], 0

    def run(self, keep=None):
        self.api = FuzzApi()
        try:
            maker = Maker(self.seed, self.api.url)
            manifest = maker.manifest()
            self.api.endpoints = maker.endpoints
            with tempfile.TemporaryDirectory() as folder:
                self.folder = pathlib.Path(keep or folder)
                (self.folder / "manifest.yaml").write_text(yaml.dump(manifest, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False))
                self.write("config", CONFIG)
                self.compare("check")
                catalog = self.compare("discover")
                self.write("catalog", {"streams": [configured(stream) for stream in catalog]})
                states = self.compare("read") if catalog else []
                if states:
                    self.compare("read", states)
                    self.compare("read", older(states, self.seed))
                    if before := before_partitions(states, manifest):
                        self.compare("read", before)
        finally:
            self.api.close()
        return self

    def write(self, name, value):
        (self.folder / f"{name}.json").write_text(json.dumps(value))

    def compare(self, verb, states=None):
        arguments = [verb, "--manifest-path", str(self.folder / "manifest.yaml"), "--config", str(self.folder / "config.json")]
        if verb == "read":
            arguments += ["--catalog", str(self.folder / "catalog.json")]
        if states:
            self.write("state", states)
            arguments += ["--state", str(self.folder / "state.json")]
        outcomes, told = [], []
        for side in self.sides:
            self.api.reset()
            out, err = (str(self.folder / f"{type(side).__name__}.{kind}") for kind in ("out", "err"))
            code = side.run(arguments, str(self.folder), out, err)
            messages = messages_of(out)
            outcomes.append(of_run(verb, code, messages, self.api.log))
            told.append((messages, code))
            if self.api.faults:
                self.found.append(f"{verb} fault: {self.api.faults[0]}")
        self.runs += 1
        found = [f"{verb}{' with state' if states else ''} {text}" for text in differences(*outcomes)]
        if found:
            for name, (messages, code) in zip(("there", "here"), told):
                self.notes += [f"{name} (exit {code}): {text[:300]}" for text in [*problems(messages)][:3]]
        self.found += found
        if verb == "discover":
            return next((message["catalog"]["streams"] for message in told[0][0] if message["type"] == "CATALOG"), [])
        return list({message["state"]["stream"]["stream_descriptor"]["name"]: message["state"] for message in told[0][0] if message["type"] == "STATE"}.values())


def configured(stream):
    return {"stream": stream, "sync_mode": stream["supported_sync_modes"][-1], "destination_sync_mode": "append"}


def older(states, seed):
    """The states as earlier releases wrote them: the cursor alone, or partitions without the rest."""
    made = json.loads(json.dumps(states))
    for message in made:
        state = message["stream"].get("stream_state") or {}
        if "states" not in state:
            continue
        kept = {key: state[key] for key in ("parent_state", *(["state"] if seed % 4 == 0 else [])) if key in state}
        is_plain = seed % 2 and state.get("state") and not state.get("parent_state")
        message["stream"]["stream_state"] = state["state"] if is_plain else {"states": state["states"][: seed % 3], **kept}
    return made


def before_partitions(states, manifest):
    """The states of streams with a migration as releases without partitions wrote them; nothing when there are none."""
    migrated = {stream["name"] for stream in manifest.get("streams", []) if "state_migrations" in stream}
    made = json.loads(json.dumps([message for message in states if message["stream"]["stream_descriptor"]["name"] in migrated]))
    for message in made:
        found = message["stream"].get("stream_state") or {}
        cursors = {str(next(iter(each["partition"].values()))): each["cursor"] for each in found.get("states", [])}
        # Objects of JavaScript begin with their numbers, and the order of partitions follows.
        message["stream"]["stream_state"] = dict(sorted(cursors.items(), key=lambda item: (0, int(item[0])) if item[0].isdigit() else (1, 0)))
    return made


def of_run(verb, code, messages, log):
    if verb == "discover":
        return run_outcome(verb, code, messages, log)
    whole = outcome(code, messages, log)
    if verb == "check":
        statuses = [message["connectionStatus"]["status"] for message in messages if message["type"] == "CONNECTION_STATUS"]
        # A check that the reference ends with an exception is one that failed.
        return {"status": statuses[-1] if statuses else "FAILED"}
    return whole


def differences(there, here):
    if "statuses" not in there:
        return explain(there, here)
    # A failed stream ends at its own moment on either side.
    failed = {name for side in (there, here) for name, status in side["statuses"].items() if status != "COMPLETE"}
    equal_end = there["statuses"] == here["statuses"]
    if failed and equal_end:
        for side in (there, here):
            side["records"] = type(side["records"])({key: count for key, count in side["records"].items() if key[0] not in failed})
            side["requests"] = type(side["requests"])({key: count for key, count in side["requests"].items() if json.loads(key)[1].split("/")[1][:2] not in failed})
            side["states"] = {name: state for name, state in side["states"].items() if name not in failed}
    for side in (there, here):
        side["states"] = {name: canonical(comparable(json.loads(state))) for name, state in side["states"].items()}
    # The reference asks for the schema of a stream that it reads, needed or not.
    there["requests"] = type(there["requests"])({key: count for key, count in there["requests"].items() if json.loads(key)[1] != "/types" or key in here["requests"]})
    # Streams that run at once race for a parent's answer: the reference may ask again, ours may not ask more often.
    for key, times in here["requests"].items():
        if 0 < times < there["requests"].get(key, 0):
            there["requests"][key] = times
    return explain(there, here)


def comparable(state):
    """Without durations, and without saying that a parent has no states."""
    if not isinstance(state, dict):
        return state
    made = {key: comparable(value) for key, value in state.items() if key != "lookback_window"}
    return {key: value for key, value in made.items() if (key, value) != ("parent_state", {})}


def main(arguments):
    option = lambda name, default: next((each.partition("=")[2] for each in arguments if each.startswith(f"--{name}=")), default)
    first, count = (int(part) for part in option("seeds", "%d:%d" % SEEDS).split(":"))
    shown, folder = option("show", None), None
    if shown:
        first, count = int(shown), 1
        folder = option("keep", os.path.join(tempfile.gettempdir(), f"manifest-fuzz-{shown}"))
        os.makedirs(folder, exist_ok=True)
    env = {**os.environ, **frozen_time()}
    sides = queue.Queue()
    for _ in range(min(2, count)):
        sides.put((Reference(env), Ours(env, option("main", OURS[-1]))))

    def compare(seed):
        pair = sides.get()
        try:
            return Comparison(seed, pair).run(folder)
        finally:
            sides.put(pair)

    runs = wrong = 0
    with concurrent.futures.ThreadPoolExecutor(sides.qsize()) as pool:
        for future in concurrent.futures.as_completed([pool.submit(compare, seed) for seed in range(first, first + count)]):
            done = future.result()
            runs += done.runs
            wrong += len({text.partition(" ")[0] for text in done.found})
            if done.found:
                # The runs of one seed tend to differ in the same way.
                print("\n    ".join([f"seed {done.seed}", *(text[:1000] for text in [*done.found[:4], *done.notes[:3]])]), flush=True)
    while not sides.empty():
        sides.get()[0].close()
    print(f"manifests: {runs} runs compared, {wrong} different")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

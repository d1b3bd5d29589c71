"""Published connectors on the reference and on ours, against one fake API that answers from their schemas.

    python integration_tests/differential/connectors_diff.py [connector ...] [--verbose] [--main=dist/main.js]
Fetches the wheels into .cache/ and installs libfaketime when it is missing. Every difference must stand in
connectors_differences.txt with its reason; a line there that no longer applies is an error too. Closes with
`connectors: N runs compared, N different`.
"""
import concurrent.futures
import glob
import json
import os
import pathlib
import queue
import re
import subprocess
import sys
import tempfile
import time
import traceback

from connectors_config import config_for
from connectors_explain import explain
from connectors_packages import OWN, own, published
from connectors_catalogue import CONNECTORS
from connectors_streams import choose
from schema_api import SchemaApi
from schema_api_learning import Learner
from schema_api_schemas import SchemaFinder
from side_by_side import OURS, canonical, outcome

HERE = pathlib.Path(__file__).resolve().parent
REVIEWED = HERE / "connectors_differences.txt"
NOW = "2024-06-15 12:00:00"
LONGEST_RUN_SECONDS = 90


def frozen_time():
    """The environment in which a process sees one fixed time of day; durations still pass."""
    found = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
    if not found:
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "libfaketime"], check=True, stdout=subprocess.DEVNULL)
        found = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
    return {"LD_PRELOAD": found[0], "FAKETIME": NOW, "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1", "TZ": "UTC"}


class Reference:
    """The reference as a server of runs."""

    def __init__(self, env):
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "connectors_reference.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env
        )

    def run(self, arguments, folder, stdout, stderr):
        line = {"arguments": arguments, "folder": folder, "stdout": stdout, "stderr": stderr, "timeout": LONGEST_RUN_SECONDS}
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Ours:
    def __init__(self, env, main_file):
        self.env = {**env, "SOURCE_TEST_FAST_WAITS": "1"}
        self.main_file = main_file

    def run(self, arguments, folder, stdout, stderr):
        with open(stdout, "w") as out, open(stderr, "w") as err:
            try:
                return subprocess.run(["node", self.main_file, *arguments], cwd=folder, env=self.env, stdout=out, stderr=err, timeout=LONGEST_RUN_SECONDS).returncode
            except subprocess.TimeoutExpired:
                return "time-out"


class Comparison:
    """All runs of one connector."""

    def __init__(self, name, sides, verbose):
        self.name, self.sides, self.verbose = name, sides, verbose
        self.found, self.runs, self.notes = [], 0, []

    def run(self):
        known = CONNECTORS.get(self.name, {})
        self.api = SchemaApi()
        with tempfile.TemporaryDirectory() as folder:
            self.folder = pathlib.Path(folder)
            try:
                make = own if (OWN / f"{self.name}.yaml").exists() else published
                connector = make(self.name, self.api.url, self.folder)
                connector.write(known.get("without", []), known.get("budget", True))
                config = config_for(connector.manifest.get("spec", {"connection_specification": {}}), self.api.url, known.get("config", {}))
                self.api.learn(Learner(connector.resolved, config, SchemaFinder(self.folder)))
                self.write("config", config)
                self.compare_all(connector, known)
            except Exception as error:  # the other connectors go on
                self.found.append((f"{self.name} harness", "harness: " + "".join(traceback.format_exception(error))[-900:]))
                self.runs += 1
            finally:
                self.api.close()
        return self

    def write(self, name, value):
        (self.folder / f"{name}.json").write_text(json.dumps(value))

    def compare_all(self, connector, known):
        self.compare("spec")
        catalog = self.compare("discover")
        self.compare("check")
        if not catalog:
            return
        for mode, verb in (("incremental", "read"), ("full_refresh", "read-full")):
            chosen = choose(connector.resolved, catalog, known.get("streams"))
            selected = [{"stream": each, "sync_mode": mode if mode in each["supported_sync_modes"] else "full_refresh", "destination_sync_mode": "append"} for each in chosen]
            self.write("catalog", {"streams": selected})
            if mode == "full_refresh" and all(each["sync_mode"] == "full_refresh" and len(each["stream"]["supported_sync_modes"]) == 1 for each in selected):
                continue
            states = self.compare(verb)
            if verb == "read":
                self.write("state", states)
                self.compare("read-state")

    def compare(self, verb):
        arguments = [verb.split("-")[0], "--manifest-path", str(self.folder / "manifest.yaml")]
        if verb != "spec":
            arguments += ["--config", str(self.folder / "config.json")]
        if verb.startswith("read"):
            arguments += ["--catalog", str(self.folder / "catalog.json")]
        if verb == "read-state":
            arguments += ["--state", str(self.folder / "state.json")]
        config = (self.folder / "config.json").read_text()
        outcomes, logs = [], []
        for side in self.sides:
            self.api.reset()
            began = time.monotonic()
            out, err = (str(self.folder / f"{type(side).__name__}.{kind}") for kind in ("out", "err"))
            code = side.run(arguments, str(self.folder), out, err)
            messages = messages_of(out)
            outcomes.append(run_outcome(verb, code, messages, self.api.log))
            logs.append((code, messages, time.monotonic() - began, list(self.api.unknown), pathlib.Path(err).read_text()))
            # A migrated config is written back.
            (self.folder / "config.json").write_text(config)
        self.runs += 1
        for text in run_differences(*outcomes):
            self.found.append((f"{self.name} {verb} {text.partition(':')[0]}", text))
        self.note(verb, outcomes, logs)
        if verb == "discover":
            return next((message["catalog"]["streams"] for message in logs[0][1] if message["type"] == "CATALOG"), None)
        return list({message["state"]["stream"]["stream_descriptor"]["name"]: message["state"] for message in logs[0][1] if message["type"] == "STATE"}.values())

    def note(self, verb, outcomes, logs):
        sizes = [f"{len(set(side['requests'])) if 'requests' in side else 0} requests {sum(side['records'].values()) if 'records' in side else 0} records" for side in outcomes]
        self.notes.append(f"{self.name} {verb}: {sizes[0]} there, {sizes[1]} here; {logs[0][2]:.1f} s, {logs[1][2]:.1f} s; {outcomes[0].get('statuses')}")
        for side, (code, messages, _, unknown, err) in zip(("there", "here"), logs):
            for address in unknown[:3]:
                self.notes.append(f"    not understood {side}: {address[:200]}")
            for text in [*problems(messages)][:3]:
                self.notes.append(f"    {side} (exit {code}): {text[:400]}")


def messages_of(path):
    messages = []
    for line in open(path, encoding="utf-8"):
        try:
            messages.append(json.loads(line))
        except ValueError:
            pass
    return messages


def problems(messages):
    for message in messages:
        if message["type"] == "TRACE" and message["trace"]["type"] == "ERROR":
            error = message["trace"]["error"]
            yield f"{error.get('message')} | {error.get('internal_message')}"
        elif message["type"] == "CONNECTION_STATUS" and message["connectionStatus"]["status"] == "FAILED":
            yield str(message["connectionStatus"].get("message"))


def run_outcome(verb, code, messages, log):
    whole = outcome(code, messages, log)
    if verb.startswith("read"):
        return whole
    made = {"ok": whole["ok"]}
    for message in messages:
        if message["type"] == "SPEC":
            # The reference writes out the defaults of members that it has no value for.
            made["spec"] = canonical({name: value for name, value in message["spec"].items() if value is not False})
        elif message["type"] == "CONNECTION_STATUS":
            made["status"] = message["connectionStatus"]["status"]
        elif message["type"] == "CATALOG":
            made.update({f"stream {each['name']}": canonical({**each, "is_file_based": each.get("is_file_based", False)}) for each in message["catalog"]["streams"]})
            made["streams"] = [each["name"] for each in message["catalog"]["streams"]]
    if whole["requests"]:
        made["requests"] = whole["requests"]
    return made


def run_differences(there, here):
    there = {**there, **{part: None for part in here if part not in there}}
    here = {**here, **{part: None for part in there if part not in here}}
    if "requests" in there and there["requests"] and here["requests"]:
        # Streams that run at once race for a parent's answer: the reference may ask again, ours may not ask more often.
        for key, times in here["requests"].items():
            if 0 < times < there["requests"].get(key, 0):
                there["requests"][key] = times
    return explain(there, here)


def reviewed():
    lines = [line for line in REVIEWED.read_text().splitlines() if line.strip() and not line.startswith("#")]
    return [(re.compile(pattern.strip()), reason) for pattern, _, reason in (line.partition(" -- ") for line in lines)]


def main(arguments):
    verbose = "--verbose" in arguments
    names = [each for each in arguments if not each.startswith("--")]
    main_file = next((each.partition("=")[2] for each in arguments if each.startswith("--main=")), OURS[-1])
    chosen = names or list(dict.fromkeys([*CONNECTORS, *(path.stem for path in OWN.glob("*.yaml"))]))
    env = {**os.environ, **frozen_time()}
    sides = queue.Queue()
    for _ in range(2):
        sides.put((Reference(env), Ours(env, main_file)))

    def compare(name):
        pair = sides.get()
        try:
            return Comparison(name, pair, verbose).run()
        finally:
            sides.put(pair)

    runs = wrong = 0
    rules, used = reviewed(), set()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for future in concurrent.futures.as_completed([pool.submit(compare, name) for name in chosen]):
            done = future.result()
            runs += done.runs
            if verbose:
                print("\n".join(done.notes), flush=True)
            different = set()
            for key, text in done.found:
                rule = next((index for index, (pattern, _) in enumerate(rules) if pattern.fullmatch(key)), None)
                if rule is not None:
                    used.add(rule)
                    continue
                different.add(" ".join(key.split()[:2]))
                print(f"{key}\n    {text[:1500]}", flush=True)
            wrong += len(different)
    while not sides.empty():
        sides.get()[0].close()
    stale = [] if names else [pattern.pattern for index, (pattern, _) in enumerate(rules) if index not in used]
    for pattern in stale:
        print("no longer true:", pattern)
    print(f"connectors: {runs} runs compared, {wrong + len(stale)} different")
    return 1 if wrong or stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

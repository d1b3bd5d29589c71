"""Runs one command on the reference and on ours against the same fake API and tells what differs."""
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LONGEST_RUN_SECONDS = 90


class FakeApi:
    """The fake API as a process of its own."""

    def __init__(self, description):
        self.folder = tempfile.TemporaryDirectory()
        path = pathlib.Path(self.folder.name) / "api.json"
        path.write_text(json.dumps(description))
        self.process = subprocess.Popen(
            ["node", "scripts/run-ts.mjs", "integration_tests/reporting_api/main.ts", str(path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        self.url = json.loads(self.process.stdout.readline())["url"]

    def log(self):
        with urllib.request.urlopen(self.url + "/__log") as answer:
            return json.load(answer)

    def reset(self):
        urllib.request.urlopen(urllib.request.Request(self.url + "/__reset", method="POST")).close()

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()


def run(command, verb, files, env=None, arguments=()):
    """Files are values; each becomes `--name path`, after the other arguments. Returns exit code and parsed messages."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = [verb, *arguments]
        for name, value in files.items():
            path = pathlib.Path(folder) / f"{name}.json"
            path.write_text(json.dumps(value))
            arguments += [f"--{name}", str(path)]
        try:
            done = subprocess.run(
                command + arguments, cwd=folder, capture_output=True, text=True, timeout=LONGEST_RUN_SECONDS,
                env={**os.environ, "SOURCE_TEST_FAST_WAITS": "1", **(env or {})},
            )
        except subprocess.TimeoutExpired:
            return "time-out", []
    messages = []
    for line in done.stdout.splitlines():
        try:
            messages.append(json.loads(line))
        except ValueError:
            pass
    return done.returncode, messages


OURS = ["node", str(ROOT / "dist/main.js")]
REFERENCE = [sys.executable, str(HERE / "reference_cli.py")]


def canonical(value):
    return json.dumps(plain(value), sort_keys=True)


def plain(value):
    """JSON knows one kind of number: 1.0 is 1."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def outcome(exit_code, messages, requests):
    """What must be equal: records and requests as multisets, last state and status of each stream, success."""
    states, statuses = {}, {}
    records = collections.Counter()
    for message in messages:
        if message.get("type") == "RECORD":
            records[(message["record"]["stream"], canonical(message["record"]["data"]))] += 1
        elif message.get("type") == "STATE":
            stream = message["state"]["stream"]
            state = dict(stream.get("stream_state") or {})
            # The measured duration of the sync.
            state.pop("lookback_window", None)
            states[stream["stream_descriptor"]["name"]] = state
        elif message.get("type") == "TRACE" and message["trace"]["type"] == "STREAM_STATUS":
            status = message["trace"]["stream_status"]
            if not status.get("reasons"):
                statuses[status["stream_descriptor"]["name"]] = status["status"]
    return {
        "ok": exit_code == 0,
        "records": records,
        "requests": collections.Counter(request_key(request) for request in requests),
        "states": comparable_states(states, statuses),
        "statuses": statuses,
    }


def comparable_states(states, statuses):
    """Without what a stream that is not COMPLETE says on purpose otherwise: ours its jobs, the reference that it is done."""
    compared = {}
    for name, state in states.items():
        if statuses.get(name) != "COMPLETE":
            state = {key: value for key, value in state.items() if key not in ("__async_jobs", "__ab_no_cursor_state_message")}
        if state:
            compared[name] = canonical(state)
    return compared


def request_key(request):
    headers = {name: request["headers"].get(name) for name in ("authorization", "content-type")}
    headers.update({name: value for name, value in request["headers"].items() if name.startswith("x-")})
    # Blanks around a header's value mean nothing.
    headers = {name: value and value.strip() for name, value in headers.items()}
    body = request["body"]
    if "json" in (headers["content-type"] or ""):
        try:
            body = json.loads(body)
        except ValueError:
            pass
    return canonical([request["method"], request["path"], request["query"], headers, body])


def differences(reference, ours):
    found = []
    for part in reference:
        if reference[part] == ours[part]:
            continue
        if isinstance(reference[part], collections.Counter):
            only_there, only_here = reference[part] - ours[part], ours[part] - reference[part]
            found.append(f"{part}: {sum(only_there.values())} there only {list(only_there)[:2]}, {sum(only_here.values())} here only {list(only_here)[:2]}")
        else:
            found.append(f"{part}: {reference[part]} there, {ours[part]} here")
    return found

"""The fake API of the shop, and what the connector is run with; for the client tests beside this file."""

import contextlib
import json
import os
import pathlib
import subprocess

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SHOP = REPOSITORY / "integration_tests/clients/shop"
STREAMS = {"orders": "day", "members": "joined_at", "lists": None, "colours": None, "countries": None}
SECRET = "shop-secret-key"

# Pauses of the connector are cut to nothing: the clients are what is under test.
os.environ["SOURCE_TEST_FAST_WAITS"] = "1"


@contextlib.contextmanager
def shop_api(description=SHOP / "api.yaml"):
    """Yields the address of a running API."""
    command = ["node", "scripts/run-ts.mjs", "integration_tests/reporting_api/main.ts", str(description)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()


def config_for(url, **more):
    return {"api_key": SECRET, "base_url": url, "start_date": "2024-01-01", "end_date": "2024-02-10", **more}


def command():
    return f"node {REPOSITORY}/dist/main.js"


def executable(folder, *arguments):
    """One path that starts the connector with the manifest of the shop, for clients that take no arguments."""
    path = pathlib.Path(folder) / "run-source-shop"
    fixed = " ".join([command(), '"$@"', "--manifest-path", str(SHOP / "manifest.yaml"), *arguments])
    path.write_text(f"#!/bin/sh\nexec {fixed}\n")
    path.chmod(0o755)
    return path


def catalog_of(source):
    """The configured catalog of all streams, each in the mode that asks most of the source."""
    streams = []
    for stream in source["streams"]:
        mode = "incremental" if "incremental" in stream["supported_sync_modes"] else "full_refresh"
        streams.append({"stream": stream, "sync_mode": mode, "destination_sync_mode": "append", "cursor_field": stream.get("default_cursor_field", [])})
    return {"streams": streams}


def run(arguments, **more):
    """Runs the connector; the messages of its stdout."""
    done = subprocess.run(["node", str(REPOSITORY / "dist/main.js"), *map(str, arguments)], capture_output=True, text=True, check=False, **more)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def records_of(messages):
    return sorted(json.dumps([message["record"]["stream"], message["record"]["data"]], sort_keys=True) for message in messages if message["type"] == "RECORD")

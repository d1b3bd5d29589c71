"""Sends the cases of manifest_server_cases.py to the reference's manifest server and to ours, against the same fake API.

A case with `differs` must differ (else its reason is out of date; docs/builder-api.md lists the reasons). Needs the extra
`manifest-server` of airbyte-cdk and a build. Closes with `manifest server: N compared, N different`.
"""
import http.client
import json
import os
import socket
import subprocess
import sys
import time

from manifest_server_cases import API, CASES
from side_by_side import FakeApi, HERE, OURS, ROOT, canonical, plain

#: Of a request or an answer only these headers are the API's or the manifest's.
HEADERS = ("authorization", "content-type", "x-", "www-authenticate", "allow")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(command):
    port = free_port()
    environment = {**os.environ, "SOURCE_TEST_FAST_WAITS": "1"}
    process = subprocess.Popen([part.replace("PORT", str(port)) for part in command], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(300):
        try:
            ask(port, {"path": "/health/", "method": "GET"}, "")
            return process, port
        except OSError:
            time.sleep(0.1)
    process.kill()
    raise SystemExit(f"{command[0]} does not listen")


def ask(port, case, api):
    text = case.get("raw")
    if text is None and case.get("body") is not None:
        text = json.dumps(case["body"]).replace("{api}", api)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Content-Type": case.get("content_type", "application/json")} if text else {}
    connection.request(case.get("method", "POST"), case["path"], text, headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    return {
        "status": answer.status,
        "allow": answer.getheader("allow"),
        "location": (answer.getheader("location") or "").replace(f"http://127.0.0.1:{port}", ""),
        "body": shown(json.loads(body), api) if body else None,
    }


def shown(body, api):
    """An answer without what may differ: hosts and times, words of logs, order of headers."""
    if not isinstance(body, dict):
        return body
    if isinstance(body.get("slices"), list):
        body = dict(body)
        body["failed"] = any(log["level"] == "ERROR" for log in body.pop("logs"))
    for migration in ((body.get("manifest") or {}).get("metadata") or {}).get("applied_migrations", []):
        migration.pop("migrated_at")
    return plain(json.loads(json.dumps(tidy(body)).replace(api or "\0", "{api}")))


def tidy(value):
    if isinstance(value, list):
        return [tidy(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "headers" in value and "body" in value:
        headers = {name.lower(): text for name, text in (value["headers"] or {}).items() if name.lower().startswith(HEADERS)}
        value = {**value, "headers": headers, "body": unfolded(value["body"])}
        if "http_method" not in value:
            value["headers"] = {}
    # The reference sends the descriptor of a slice without partition as the text "{}".
    return {key: {} if key == "slice_descriptor" and each == "{}" else tidy(each) for key, each in value.items()}


def unfolded(text):
    """`{"a": 1}` and `{"a":1}` say the same; tokens and job numbers count on from run to run."""
    try:
        return canonical(json.loads(text))
    except (TypeError, ValueError):
        return text or None


def differences(there, here, path=""):
    if isinstance(there, dict) and isinstance(here, dict):
        return [found for key in sorted(there.keys() | here.keys()) for found in differences(there.get(key), here.get(key), f"{path}.{key}")]
    if isinstance(there, list) and isinstance(here, list) and len(there) == len(here):
        return [found for at, pair in enumerate(zip(there, here)) for found in differences(*pair, f"{path}[{at}]")]
    return [] if there == here else [f"{path}: {str(there)[:200]} there, {str(here)[:200]} here"]


def main(names):
    api = FakeApi(API)
    processes = []
    wrong = compared = 0
    try:
        servers = [start([sys.executable, str(HERE / "reference_manifest_server.py"), "PORT"]), start([*OURS, "builder", "--port", "PORT"])]
        processes = [process for process, _port in servers]
        for case in CASES:
            if names and case["name"] not in names:
                continue
            answers = []
            for _process, port in servers:
                api.reset()
                answers.append(ask(port, case, api.url))
            found = differences(*answers)
            compared += 1
            if bool(found) != bool(case["differs"]):
                wrong += 1
                print(f"{case['name']}: " + ("; ".join(found[:6]) if found else f"is the same, but is listed as different: {case['differs']}"))
    finally:
        for process in processes:
            process.terminate()
            process.wait()
        api.close()
    print(f"manifest server: {compared} compared, {wrong} different")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(set(sys.argv[1:])))

"""Runs every fault of integration_tests/faults on the reference and keeps what came of it in reference.json, for docs/faults.md.

By hand, and again when the matrix or the reference changes; then `npm run faults`. The pauses of the reference are cut to 20 ms (reference_cli.py), and a run is
ended after LIMIT seconds: what has not ended by then is told with the number of its requests and the length of the pauses that it wanted. Each case is a fork
of one process that has the CDK loaded.
"""
import collections
import concurrent.futures
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
RESULTS = ROOT / "integration_tests/faults/reference.json"
LIMIT = 10
LONGEST_PAUSE = 0.02
OUTPUT_READ = 50_000_000


def load_reference():
    """The reference with short pauses, whose sum is counted, and with names under .invalid that nobody is asked for."""
    sleep, lookup = time.sleep, socket.getaddrinfo
    slept = [0.0]

    def short_sleep(seconds):
        slept[0] += seconds
        sleep(min(seconds, LONGEST_PAUSE))

    def local_lookup(host, *rest, **more):
        if str(host).endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return lookup(host, *rest, **more)

    time.sleep, socket.getaddrinfo = short_sleep, local_lookup
    from airbyte_cdk.cli.source_declarative_manifest._run import run

    return run, slept, sleep


def start(run, slept, case, folder):
    """Forks; the child writes stdout, and the seconds of its pauses, into files."""
    arguments = ["source-declarative-manifest", "read"]
    for flag, key in (("config", "config"), ("catalog", "catalog"), ("manifest-path", "manifest")):
        path = folder / f"{key}.json"
        path.write_text(json.dumps(case[key]))
        arguments += [f"--{flag}", str(path)]
    child = os.fork()
    if child:
        return child
    os.setsid()
    os.chdir(folder)
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT), descriptor)
    signal.signal(signal.SIGTERM, lambda *_: (os.write(os.open(folder / "slept", os.O_WRONLY | os.O_CREAT), str(slept[0]).encode()), os._exit(99)))
    sys.argv = arguments
    code = 0
    try:
        run()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        code = 1
    try:
        sys.stdout.flush()
    finally:
        os._exit(code)


def outcome(case, every_row, child, folder, sleep):
    began = time.monotonic()
    exit_code = None
    while exit_code is None:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            exit_code = os.waitstatus_to_exitcode(status)
        elif time.monotonic() - began > LIMIT:
            os.kill(child, signal.SIGTERM)
            sleep(1)
            try:
                os.killpg(child, signal.SIGKILL)
            except ProcessLookupError:
                pass
            os.waitpid(child, 0)
            break
        else:
            sleep(0.05)
    rows, status = collections.Counter(), None
    with open(folder / "stdout", "rb") as output:
        for line in output.read(OUTPUT_READ).splitlines():
            try:
                message = json.loads(line)
            except ValueError:
                continue
            if message.get("type") == "RECORD":
                name = str(message["record"]["data"].get("id"))
                if not name.startswith("# version"):
                    rows[name] += 1
            elif message.get("type") == "TRACE" and "stream_status" in message["trace"]:
                status = message["trace"]["stream_status"]["status"]
    with urllib.request.urlopen(case["url"] + "/__log") as answer:
        requests = len(json.load(answer))
    slept = folder / "slept"
    return {
        "ended": exit_code is not None,
        "exit": exit_code,
        "status": status,
        "rows": sum(rows.values()),
        "missing": len(set(every_row) - set(rows)),
        "doubled": sum(1 for count in rows.values() if count > 1),
        "invented": len(set(rows) - set(every_row)),
        "requests": requests,
        "output_bytes": (folder / "stdout").stat().st_size,
        **({"paused_seconds": round(float(slept.read_text()))} if exit_code is None and slept.exists() else {}),
    }


def main(part):
    run, slept, sleep = load_reference()
    server = subprocess.Popen(["node", "scripts/run-ts.mjs", "integration_tests/faults/serve-cases.ts"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    given = json.loads(server.stdout.readline())
    cases = [case for case in given["cases"] if part in case["name"]]
    results = json.loads(RESULTS.read_text()) if part and RESULTS.exists() else {}

    # Forked from this thread alone, several at a time.
    waiting, running = list(cases), {}
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        while waiting or running:
            while waiting and len(running) < 4:
                case, folder = waiting.pop(0), tempfile.TemporaryDirectory()
                child = start(run, slept, case, pathlib.Path(folder.name))
                running[pool.submit(outcome, case, given["every_row"], child, pathlib.Path(folder.name), sleep)] = (case["name"], folder)
            for future in concurrent.futures.wait(running, return_when=concurrent.futures.FIRST_COMPLETED).done:
                name, folder = running.pop(future)
                results[name] = future.result()
                folder.cleanup()
                print(name, json.dumps(results[name]), flush=True)
    server.stdin.close()
    server.wait()
    RESULTS.write_text(json.dumps(dict(sorted(results.items())), indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")

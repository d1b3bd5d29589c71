"""Sends what schemathesis makes up from our openapi.json to our manifest server: no 500, and every answer as described.

Needs a build, and PyPI once: schemathesis and airbyte-cdk want other versions of the same packages, so it has an environment
of its own beside that of the other checks. Closes with `openapi: N operations, no violation`.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
SCHEMATHESIS = "schemathesis==4.32.5"
ENVIRONMENT = ROOT / ".venv" / "openapi"
EXAMPLES_EACH = "40"


def schemathesis():
    program = ENVIRONMENT / "bin" / "schemathesis"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
        subprocess.run([ENVIRONMENT / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", SCHEMATHESIS], check=True)
    return program


def start():
    environment = {**os.environ, "SOURCE_TEST_FAST_WAITS": "1", "DEPLOYMENT_MODE": "cloud"}
    server = subprocess.Popen(["node", "dist/main.js", "builder", "--port", "0", "--no-open"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for line in server.stderr:
        found = re.search(r"listens on (http:\S+)", line)
        if found:
            return server, found.group(1)
    raise SystemExit("The server does not start.")


def main():
    server, url = start()
    try:
        operations = sum(len(path) for path in json.load(urllib.request.urlopen(f"{url}/openapi.json"))["paths"].values())
        program = schemathesis()
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [program, "run", f"{url}/openapi.json", "--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES_EACH, "--seed", "1", "--generation-database", "none", "--no-color", "--request-timeout", "30"],
                cwd=folder, capture_output=True, text=True, timeout=300,
            )
        if done.returncode != 0:
            print(done.stdout[-8000:], done.stderr[-2000:], sep="\n")
            raise SystemExit(1)
        print(f"openapi: {operations} operations, no violation")
    finally:
        server.terminate()
        server.wait(30)


if __name__ == "__main__":
    main()

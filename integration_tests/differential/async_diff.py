"""Runs every scenario of integration_tests/scenarios on the reference and on ours, against the same fake API.

A scenario whose `reference` says `differs` must differ (else its reason is out of date); `skip` is not run there. Closes
with `async scenarios: N compared, N different`.
"""
import concurrent.futures
import json
import subprocess
import sys

from side_by_side import FakeApi, OURS, REFERENCE, ROOT, differences, outcome, run


def compare(scenario):
    api = FakeApi(scenario["api"])
    try:
        files = json.loads(json.dumps({k: scenario[k] for k in ("manifest", "config", "catalog", "state")}).replace("http://API_BASE", api.url))
        files["manifest-path"] = files.pop("manifest")
        outcomes = []
        for command in (REFERENCE, OURS):
            api.reset()
            exit_code, messages = run(command, "read", files)
            outcomes.append(outcome(exit_code, messages, api.log()))
        return differences(*outcomes)
    finally:
        api.close()


def main(names):
    text = subprocess.check_output(["node", "scripts/run-ts.mjs", "integration_tests/differential/scenario_side.ts"], cwd=ROOT, text=True)
    scenarios = [each for each in json.loads(text) if not names or each["name"] in names]
    runnable = [each for each in scenarios if not (isinstance(each["reference"], dict) and "skip" in each["reference"])]
    wrong = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for scenario, found in zip(runnable, pool.map(compare, runnable)):
            expected = isinstance(scenario["reference"], dict)
            if bool(found) == expected:
                continue
            wrong += 1
            print(f"{scenario['name']}: " + ("; ".join(found) if found else "is the same, but is listed as different"))
    print(f"async scenarios: {len(runnable)} compared, {wrong} different")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(set(sys.argv[1:])))

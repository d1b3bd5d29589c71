"""Asynchronous streams of published connectors, their manifests as PyPI has them: only the host is redirected to a fake API.

The reference 7.39.1 cannot run these (SendGrid 1.1.5 polls for ever there, Pinterest's waits follow the wall clock), so this
says what must come out. Closes with `published async streams: N checked, N wrong`.
"""
import pathlib
import subprocess
import sys
import tempfile
import zipfile

from connectors_packages import CACHE, redirect
from side_by_side import FakeApi, OURS, run

PINTEREST_COMPONENTS = """
export class AdAccountRecordExtractor {
  passesThrough = false;
  extract(elements) {
    return elements.flatMap((data) => data.items ?? [data]);
  }
}
export const PinterestAnalyticsBackoffStrategy = () => ({
  async backoffSeconds(outcome, attempt) {
    const told = outcome instanceof Error ? undefined : /retry after\\s+(\\d+)\\s+seconds/i.exec(await outcome.text());
    return told ? Number(told[1]) : Math.min(2 ** attempt, 120);
  },
});
"""


def package(name, version, api, folder):
    """The connector's files below `folder`, hosts redirected; returns the path of its manifest."""
    stem = f"airbyte_source_{name.replace('-', '_')}-{version}"
    if not list(CACHE.glob(stem + "-*.whl")):
        CACHE.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(CACHE), f"airbyte-source-{name}=={version}"], check=True)
    with zipfile.ZipFile(next(CACHE.glob(stem + "-*.whl"))) as wheel:
        for entry in wheel.namelist():
            if entry.endswith((".yaml", ".json")):
                target = pathlib.Path(folder) / entry
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(redirect(wheel.read(entry).decode(), api))
    return pathlib.Path(folder) / f"source_{name.replace('-', '_')}/manifest.yaml"


def read(manifest, config, stream, arguments=(), mode="full_refresh"):
    catalog = {"streams": [{"stream": {"name": stream, "json_schema": {}, "supported_sync_modes": [mode]}, "sync_mode": mode, "destination_sync_mode": "append"}]}
    arguments = ["--manifest-path", str(manifest), *arguments]
    exit_code, messages = run(OURS, "read", {"config": config, "catalog": catalog}, {"AIRBYTE_ENABLE_UNSAFE_CODE": "true"}, arguments)
    errors = [m["trace"]["error"]["message"] for m in messages if m.get("type") == "TRACE" and m["trace"]["type"] == "ERROR"]
    return exit_code, [m["record"]["data"] for m in messages if m.get("type") == "RECORD"], errors


def sendgrid(folder):
    """Older names, CSV by default, keys to lower case; the empty cell is an absent field."""
    host = "/api.sendgrid.com"
    api = FakeApi({
        "jobs": [{
            "name": "contacts", "id": "export-{n}", "auth": {"bearer": "SG.key"},
            "create": {"on": f"POST {host}/v3/marketing/contacts/exports", "status": 202, "body": {"id": "{id}"}},
            "poll": {"on": f"GET {host}/v3/marketing/contacts/exports/{{id}}", "body": {"status": "{status}"}},
            "statuses": ["pending", "ready"],
            "when": {"ready": {"body": {"status": "ready", "urls": "{urls}"}}},
            "download": {"on": "GET /files/{id}/{part}", "auth": "none", "parts": 2,
                         "file": {"format": "csv", "compression": "gzip", "text": "CONTACT_ID,EMAIL,CITY\n1,a@x.org,NA\n2,b@x.org,\n"}},
        }],
    })
    try:
        manifest = package("sendgrid", "1.1.5", api.url, folder)
        exit_code, records, errors = read(manifest, {"api_key": "SG.key", "start_date": "2024-01-01T00:00:00Z"}, "contacts")
        expected = [{"contact_id": "1", "email": "a@x.org"}, {"contact_id": "2", "email": "b@x.org"}] * 2
        assert (exit_code, records) == (0, expected), (exit_code, records, errors)
        posts = [r for r in api.log() if r["method"] == "POST"]
        assert len(posts) == 1, posts
    finally:
        api.close()


def pinterest(folder):
    """One job an ad account and window; OAuth; a token with a leading zero; custom components in JavaScript."""
    host = "/api.pinterest.com/v5"
    report = {"777": [{"DATE": "2024-01-02", "ADVERTISER_ID": 777, "TOTAL_SIGNUP": 3}, {"DATE": "2024-01-03", "ADVERTISER_ID": 777, "TOTAL_SIGNUP": 5}]}
    reports = f"{host}/ad_accounts/777/reports"
    api = FakeApi({
        "routes": [
            {"on": f"POST {host}/oauth/token", "body": {"access_token": "pina_token", "expires_in": 3600}},
            {"on": f"GET {host}/ad_accounts", "body": {"items": [{"id": "777"}]}},
            {"on": f"POST {reports}", "body": {"report_status": "IN_PROGRESS", "token": "0042"}},
            {"on": f"GET {reports}", "body": {"report_status": "FINISHED", "url": "{base}/report.json"}},
            {"on": "GET /report.json", "body": report},
        ],
        "faults": [
            {"on": f"POST {reports}", "calls": 1, "do": {"respond": {"status": 400, "body": {"message": "Retry after 5 seconds"}}}},
            {"on": f"GET {reports}", "calls": 1, "do": {"respond": {"body": {"report_status": "IN_PROGRESS"}}}},
        ],
    })
    try:
        manifest = package("pinterest", "2.1.12", api.url, folder)
        components = pathlib.Path(folder) / "components.mjs"
        components.write_text(PINTEREST_COMPONENTS)
        config = {"start_date": "2026-11-01", "credentials": {"auth_method": "oauth2.0", "client_id": "c", "client_secret": "secret-0815", "refresh_token": "r", "access_token": "", "token_expiry_date": "2020-01-01T00:00:00Z"}}
        exit_code, records, errors = read(manifest, config, "advertiser_report", ["--components-path", str(components)], mode="incremental")
        assert exit_code == 0, (exit_code, errors)
        log = api.log()
        windows = sum(1 for r in log if r["method"] == "POST" and r["path"].endswith("/reports") and r["status"] == 200)
        assert windows >= 1 and len(records) == 2 * windows, (windows, records, errors)
        assert records[0]["TOTAL_SIGNUP"] == 3, records[0]
        assert all(r["query"]["token"] == "0042" for r in log if r["method"] == "GET" and r["path"].endswith("/reports")), log
        assert all(r["headers"].get("authorization") == "Bearer pina_token" for r in log if r["path"].endswith("/reports")), log
    finally:
        api.close()


def main():
    wrong = 0
    checks = (sendgrid, pinterest)
    for check in checks:
        with tempfile.TemporaryDirectory() as folder:
            try:
                check(folder)
            except AssertionError as difference:
                wrong += 1
                print(f"{check.__name__}: {str(difference)[:3000]}")
    print(f"published async streams: {len(checks)} checked, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""A fake API for generated manifests: each first part of a path is an endpoint that a description of `fuzz_manifests` made.

Everything that arrives in a query, a body, a path or an `x-` header is one set of arguments, so a manifest may send them any
way. The same request gets the same answer, apart from endpoints that refuse a first call.
"""
import datetime
import gzip
import hashlib
import io
import json
import urllib.parse
import zipfile

from airbyte_cdk.sources.declarative.datetime.datetime_parser import DatetimeParser

from loopback_api import LoopbackApi
from side_by_side import canonical

PARSER = DatetimeParser()
FIRST = datetime.datetime(2024, 5, 18, 6, 30, tzinfo=datetime.timezone.utc)
PAGING = ("page", "offset", "after", "limit")
WINDOW = ("since", "until")
TOKEN = "t-of-page-"


def chance(*parts):
    return int.from_bytes(hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).digest()[:6], "big")


class FuzzApi(LoopbackApi):
    """`endpoints` says what it answers, `log` what it was asked."""

    def __init__(self):
        self.endpoints = {}
        super().__init__()

    def reset(self):
        self.log, self.calls, self.faults = [], {}, []

    def take(self, request, address):
        text, headers, path = request["body"], request["headers"], request["path"]
        request = {**request, "body": sorted_body(text, headers)}
        key = json.dumps([*(request[part] for part in ("method", "path", "query", "body")), [value for name, value in sorted(headers.items()) if name.startswith("x-")]])
        with self.lock:
            self.log.append(request)
            call = self.calls[key] = self.calls.get(key, 0) + 1
        try:
            return self.answer(path, arguments_of(address.partition("?")[2], text, headers), call)
        except Exception as error:  # a fault of the fake API must be seen
            self.faults.append(f"{address}: {error!r}")
            return 501, {}, repr(error).encode()

    def answer(self, path, arguments, call):
        name, *rest = [urllib.parse.unquote(part) for part in path.strip("/").split("/")]
        if name == "login":
            return as_json({"session": {"token": "s-1"}, "access_token": "a-1", "expires_in": 3600})
        if name == "job":
            return self.job(rest, arguments)
        endpoint = self.endpoints[name]
        if rest[-1:] and rest[-1].startswith(TOKEN):
            arguments["after"] = rest.pop()
        partition = {key: value for key, value in arguments.items() if key not in (*PAGING, *WINDOW)}
        seed = [name, rest, partition]
        refused = self.refusal(endpoint, seed, arguments, call)
        return refused or Page(endpoint, seed, arguments, self.url + path).answer()

    def job(self, path, arguments):
        """Orders a report, or tells of one: its id is all that it knows."""
        name, *id_ = path
        if not id_:
            return as_json({"id": urllib.parse.quote(json.dumps({key: value for key, value in sorted(arguments.items()) if not key.startswith("p_")}), safe="")})
        query = urllib.parse.urlencode(json.loads(urllib.parse.unquote(id_[0])))
        return as_json({"status": "done", "links": [f"{self.url}/{name}/{part}?{query}" for part in ("a", "b")]})

    def is_within(self, endpoint, rule, arguments):
        """Whether a request keeps to the limits of a rule that has some."""
        limits = [name for name in ("size_over", "days_over", "deeper_than") if name in rule]
        if not limits:
            return False
        name = limits[0]
        if name == "size_over":
            return number(arguments.get("limit")) <= rule[name]
        if name == "deeper_than":
            return number(arguments.get("offset")) < rule[name]
        since, until = (Page(endpoint, [], arguments, "").moment(each) for each in WINDOW)
        return since is None or until is None or until - since <= datetime.timedelta(days=rule[name])

    def refusal(self, endpoint, seed, arguments, call):
        for rule in endpoint["refusals"]:
            asked = [seed, arguments] if rule["each"] == "request" else seed
            if self.is_within(endpoint, rule, arguments):
                continue
            if chance("refusal", rule["status"], asked) % rule["of"] == 0 and call <= rule["times"]:
                return as_json({"error": {"code": rule["code"], "message": rule["message"]}}, rule["status"], rule.get("headers"))
        return None


def number(text):
    return int(text) if str(text).isdigit() else 0


def sorted_body(text, headers):
    return "&".join(sorted(text.split("&"))) if "form" in headers.get("content-type", "") else text


def arguments_of(query, text, headers):
    found = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
    try:
        found.update(leaves(json.loads(text)))
    except ValueError:
        found.update(urllib.parse.parse_qsl(text))
    found.update({name[2:]: value for name, value in headers.items() if name.startswith("x-")})
    return found


def leaves(value, name="body"):
    if isinstance(value, dict):
        return {key: leaf for member, each in value.items() for key, leaf in leaves(each, member).items()}
    return {name: value if isinstance(value, str) else canonical(value)}


class Page:
    """The answer to one request of an endpoint."""

    def __init__(self, endpoint, seed, arguments, address):
        self.endpoint, self.seed, self.arguments, self.address = endpoint, seed, arguments, address

    def answer(self):
        records = [self.record(index) for index in range(chance("count", self.seed) % (self.endpoint["count"] + 1))]
        records = [each for each in records if self.is_asked_for(each.pop("_at"))]
        if self.endpoint["newest_first"]:
            records.reverse()
        size = int(self.arguments.get("limit") or self.endpoint["size"])
        start = self.start(records, size)
        page, is_last = records[start : start + size], start + size >= len(records)
        return self.encoded(page, None if is_last else f"{TOKEN}{start + size}", start // size)

    def start(self, records, size):
        after = str(self.arguments.get("after") or "")
        if after.startswith(TOKEN):
            return int(after[len(TOKEN) :])
        if after:
            return next((index + 1 for index, each in enumerate(records) if str(each["id"]) == after), len(records))
        if "offset" in self.arguments:
            return int(self.arguments["offset"] or 0)
        if "page" in self.arguments:
            return (int(self.arguments["page"] or 0) - self.endpoint["first_page"]) * size
        return 0

    def is_asked_for(self, moment):
        if not self.endpoint["dates"] or self.endpoint["ignores_window"]:
            return True
        since, until = (self.moment(name) for name in WINDOW)
        return (since is None or moment >= since) and (until is None or moment <= until)

    def moment(self, name):
        try:
            return PARSER.parse(self.arguments[name], self.endpoint["dates"]["asked"])
        except (KeyError, ValueError, TypeError):
            return None

    def record(self, index):
        seed = [self.seed, index]
        pick = lambda what, *values: values[chance(what, seed) % len(values)]
        moment = FIRST + datetime.timedelta(hours=index * 37 + chance("hour", seed) % 30)
        record = {
            "id": chance(self.seed[0]) % 90 * 100 + index if self.endpoint["numbers"] else f"{'-'.join(map(str, self.seed[1]))}é{index}",
            "name": pick("name", "Ada", "Bob & Co", "007", "1.50", " x y ", "", "true", "None", "日本"),
            "amount": pick("amount", 1, 2.5, "3", "4.75", None, 0, -6, 10**12),
            "active": pick("active", True, False, "yes", None),
            "kind": pick("kind", "string", "yes", "integer", "boolean"),
            "tags": pick("tags", [], ["a"], ["a", "b", None], None),
            "Nested Obj": {"cityName": pick("city", "Rome", None, "Oslo"), "geo": {"lat": pick("lat", 1.5, -2.25)}},
            "lines": [{"sku": f"s{number}", "n": number} for number in range(chance("lines", seed) % 3)],
            "_at": moment,
        }
        for name in ("amount", "tags", "Nested Obj"):
            if pick(name + "-missing", *range(8)) == 0:
                del record[name]
        dates = self.endpoint["dates"]
        if dates:
            text = PARSER.format(moment, dates["written"])
            record["updated"] = int(text) if dates["number"] else text
            if dates["gaps"] and chance("gap", seed) % 6 == 0:
                record["updated"] = None
        return record

    def encoded(self, records, token, number):
        kind, packed = self.endpoint["decoder"], self.endpoint["packed"]
        headers = {"content-type": "application/json", "x-request": "1"}
        if token:
            headers["link"] = f'<{self.link(token)}>; rel="next"'
        if kind == "jsonl":
            text = "".join(json.dumps(each) + "\n" for each in records)
        elif kind == "csv":
            text = as_csv(records, self.endpoint["delimiter"])
        else:
            body = records
            for part in reversed(self.endpoint["field_path"]):
                body = [{part: each} for each in body] if part == "each" else {part: body}
            if isinstance(body, dict):
                body["meta"] = {"next": token, "more": token is not None, "page": number, "url": self.link(token) if token else None}
            text = f"<?xml version='1.0'?><root>{as_xml(body)}</root>" if kind == "xml" else json.dumps(body)
        data = text.encode()
        if packed == "zip":
            data = zipped(data)
        elif packed:
            data = gzip.compress(data, mtime=0)
        return 200, headers, data

    def link(self, token):
        query = {**{name: value for name, value in self.arguments.items() if name in WINDOW or name.startswith("p_")}, "after": token}
        return f"{self.address}?{urllib.parse.urlencode(query)}"


def as_json(body, status=200, headers=None):
    return status, {"content-type": "application/json", **(headers or {})}, json.dumps(body).encode()


def zipped(data):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(zipfile.ZipInfo("data"), data)
    return made.getvalue()


def as_csv(records, delimiter):
    names = list(dict.fromkeys(name for each in records for name in each))
    cell = lambda value: "" if value is None else '"' + (value if isinstance(value, str) else json.dumps(value)).replace('"', '""') + '"'
    return "\n".join(delimiter.join(cell(each) for each in line) for line in [names, *([record.get(name) for name in names] for record in records)])


def as_xml(value):
    if isinstance(value, dict):
        return "".join("".join(f"<{key.replace(' ', '-')}>{as_xml(each)}</{key.replace(' ', '-')}>" for each in (part if isinstance(part, list) else [part])) for key, part in value.items())
    return "" if value is None else str(value).replace("&", "&amp;").replace("<", "&lt;")

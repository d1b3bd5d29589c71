"""A fake API that answers each address of a manifest from the schema of its stream, the same answer to the same request."""
import gzip
import hashlib
import json
import re
import urllib.parse

from airbyte_cdk.sources.declarative.datetime.datetime_parser import DatetimeParser

from loopback_api import LoopbackApi
from schema_api_learning import LINK, NATURAL, NATURAL_SIZE, TOKEN, known, natural_value, put
from schema_api_records import RecordMaker

PARSER = DatetimeParser()


def number_of(*parts):
    return int.from_bytes(hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).digest()[:6], "big")


class SchemaApi(LoopbackApi):
    """`learn` says what it answers, `log` what it was asked."""

    def learn(self, learner):
        self.learner = learner
        self.records = RecordMaker(learner)

    def reset(self):
        self.log, self.calls, self.unknown = [], {}, []

    def take(self, request, address):
        request = {**request, "body": parsed(request["body"], request["headers"].get("content-type") or "")}
        key = json.dumps([request[part] for part in ("method", "path", "query", "body")], sort_keys=True)
        with self.lock:
            self.log.append({**request, "body": request["body"] if isinstance(request["body"], str) else json.dumps(request["body"], sort_keys=True)})
            self.calls[key] = self.calls.get(key, 0) + 1
            call = self.calls[key]
        try:
            return self.answer({**request, "path": urllib.parse.unquote(request["path"])}, address, call)
        except Exception as error:  # a fault of the fake API must be seen
            self.unknown.append(f"{address}: {error!r}")
            return 501, {}, json.dumps({"fault": repr(error)}).encode()

    def answer(self, request, address, call):
        endpoint = self.learner.find(request)
        if endpoint is None:
            self.unknown.append(f"{request['method']} {address}")
            return as_json(404, {"error": "no such address"})
        pure = re.sub(r"pg\d+x", "", json.dumps([request["path"], request["query"], request["body"]]))
        chance = number_of(request["method"], pure)
        refusal = self.refusal(endpoint, chance, call)
        if refusal:
            return refusal
        return getattr(self, f"answer_{endpoint.role}")(endpoint, request, address, chance)

    def refusal(self, endpoint, chance, call):
        """Some requests are refused at first, some always: where the error handler has an answer to that."""
        repeated, ignored = endpoint.refusals["repeated"], endpoint.refusals["ignored"]
        if endpoint.role == "page" and endpoint.is_wild and ignored and chance % 5 == 1:
            code = sorted(ignored)[chance % len(ignored)]
            return as_json(code, {"error": {"message": ignored[code]}, "message": ignored[code], "errors": [{"message": ignored[code]}]})
        if repeated and chance % 6 == 0 and call == 1:
            soon = {name: "1" for name in ("retry-after", "x-rate-limit-reset", "x-ratelimit-reset", "ratelimit-reset")}
            return as_json(repeated[chance % len(repeated)], {"message": "try again"}, soon)
        return None

    def answer_token(self, endpoint, request, address, chance):
        node = endpoint.owner
        name = known(node.get("access_token_name"), {}, endpoint.config, None) or "access_token"
        body = {name: f"token-{chance % 1000}", node.get("expires_in_name") or "expires_in": 3600, "token_type": "Bearer"}
        if node.get("refresh_token_updater"):
            body["refresh_token"] = f"refreshed-{chance % 1000}"
        return as_json(200, body)

    def answer_login(self, endpoint, request, address, chance):
        body = {}
        put(body, tuple(endpoint.owner["session_token_path"]), f"session-{chance % 1000}")
        return as_json(200, body)

    def answer_schema(self, endpoint, request, address, chance):
        """Names and types of fields, for a schema that is asked for."""
        pointers = endpoint.owner["schema_type_identifier"]
        rules = [rule for rule in pointers.get("types_mapping") or [] if isinstance(rule.get("current_type"), str)]
        fields = []
        for index, kind in enumerate(["string", *(rule["current_type"] for rule in rules)]):
            one = {}
            put(one, tuple(pointers["key_pointer"]), f"field_{index}")
            put(one, tuple(pointers.get("type_pointer") or ()), kind)
            fields.append(one)
        record = {}
        put(record, tuple(pointers.get("schema_pointer") or ()), fields)
        return encoded(endpoint, wrapped(endpoint, [record] if record else fields, 1), [], {})

    def answer_creation(self, endpoint, request, address, chance):
        job = f"job-{chance % 100000}"
        return as_json(200, {"id": job, "job_id": job, "report_id": job, "token": job, "ReportRequestId": job, "DownloadRequestId": job, "reportId": job, "status": "started"})

    def answer_polling(self, endpoint, request, address, chance):
        node = endpoint.owner
        body = {"id": f"job-{chance % 100000}"}
        put(body, tuple(node["status_extractor"]["field_path"]), node["status_mapping"]["completed"][0])
        target = (node.get("download_target_extractor") or {}).get("field_path")
        if target:
            put(body, tuple(part for part in target if part != "*"), f"{self.url}/download/{chance % 100000}")
        return as_json(200, body)

    answer_download_target = answer_polling

    def answer_abort(self, endpoint, request, address, chance):
        return as_json(200, {})

    answer_delete = answer_abort

    def answer_page(self, endpoint, request, address, chance):
        page = page_of(endpoint, request)
        pages = 1 if not endpoint.strategy else 1 + chance % 3
        count = 1 + chance % 3
        if endpoint.needs_full_pages and endpoint.page_size:
            full = endpoint.page_size <= 10 or (endpoint.page_size <= 250 and not endpoint.is_wild and chance % 2 == 0)
            pages = 2 if full else 1
            if page < pages:
                count = endpoint.page_size
        elif endpoint.needs_full_pages:
            count = 0 if page >= pages else count
        if page > pages:
            count = 0
        records = [self.records.make(endpoint, request, chance, page, index) for index in range(count)]
        body = wrapped(endpoint, records, page)
        headers = {}
        if endpoint.strategy:
            is_last = page >= pages
            for path, kind in (endpoint.last if is_last else endpoint.more).items():
                token = f"pg{page + 1}x"
                if kind == NATURAL:
                    kind = natural_value(path[-1], page, pages)
                if isinstance(body, dict):
                    put(body, path, token if kind == TOKEN else next_address(self.url + address, token) if kind == LINK else kind)
            if "headers" in str(endpoint.strategy):
                rest = "false" if is_last else "true"
                if "results" in str(endpoint.strategy) or not is_last:
                    headers["Link"] = f'<{next_address(self.url + address, f"pg{page + 1}x")}>; rel="next"; results="{rest}"; cursor="pg{page + 1}x"'
        return encoded(endpoint, body, records, headers)


def parsed(text, content_type):
    if "json" in content_type and text:
        try:
            return json.loads(text)
        except ValueError:
            return text
    return "&".join(sorted(text.split("&"))) if "form" in content_type else text


def as_json(status, body, headers=None):
    return status, {"content-type": "application/json", **(headers or {})}, json.dumps(body).encode()


def next_address(address, token):
    plain = re.sub(r"[?&]__page=pg\d+x", "", address)
    return f"{plain}{'&' if '?' in plain else '?'}__page={token}"


def page_of(endpoint, request):
    """Which page is asked for: by the token of an earlier answer, or by number."""
    given = json.dumps([request["path"], request["query"], request["body"]])
    token = re.search(r"pg(\d+)x", given)
    if token:
        return int(token[1])
    kind, option = endpoint.strategy.get("type"), endpoint.token_option
    value = option_value(request, option)
    if NATURAL in endpoint.more.values() and str(value).isdigit():
        return int(value) // NATURAL_SIZE + 1
    if value is None or kind not in ("PageIncrement", "OffsetIncrement") or not re.fullmatch(r"\d+", str(value)):
        # A last record as token: its id tells the page.
        by_id = re.search(r"-p(\d+)-", str(value)) if value is not None else None
        if by_id:
            return int(by_id[1]) + 1
        return int(value) // 1000 % 100 + 1 if value is not None and str(value).isdigit() and int(value) > 10**6 else 1
    if kind == "PageIncrement":
        return int(value) - int(endpoint.strategy.get("start_from_page") or 0) + 1
    return int(value) // (endpoint.page_size or 1) + 1


def option_value(request, option):
    place, name = option.get("inject_into"), option.get("field_name")
    if place == "request_parameter":
        pairs = urllib.parse.parse_qs("&".join(request["query"]), keep_blank_values=True)
        return pairs.get(str(name), [None])[0]
    if place == "header":
        return request["headers"].get(str(name).lower())
    if place == "body_data":
        return urllib.parse.parse_qs(str(request["body"])).get(str(name), [None])[0]
    body = request["body"]
    for part in option.get("field_path") or [name]:
        body = body.get(str(part)) if isinstance(body, dict) else None
    return body


def wrapped(endpoint, records, page):
    path = list(endpoint.field_path)
    body = list(records)
    if "*" in path and path[-1] != "*":
        # What follows the last wildcard is wrapped around each record.
        at = len(path) - path[::-1].index("*")
        for part in reversed(path[at:]):
            body = [{part: record} for record in body]
        path = path[:at]
    for part in reversed(path):
        if part == "*":
            body = body if isinstance(body, list) else [{"id": f"id-p{page}-outer", **body}]
        else:
            body = {part: body}
    return body


def encoded(endpoint, body, records, headers):
    decoder, packed = endpoint.decoder, False
    while decoder.get("type") == "GzipDecoder":
        decoder, packed = decoder["decoder"], True
    kind = decoder.get("type")
    content_type = {"CsvDecoder": "text/csv", "XmlDecoder": "application/xml"}.get(kind, "application/json")
    if kind == "CsvDecoder":
        names = list(dict.fromkeys(name for record in records for name in record))
        delimiter = decoder.get("delimiter") or ","
        delimiter = "\t" if delimiter in ("\\t", "\t") else delimiter
        cell = lambda value: "" if value is None else '"' + (value if isinstance(value, str) else json.dumps(value)).replace('"', '""') + '"'
        text = "\n".join(delimiter.join(cell(row) for row in line) for line in [names, *([record.get(name) for name in names] for record in records)])
    elif kind == "JsonlDecoder":
        text = "".join(json.dumps(record) + "\n" for record in records)
    elif kind == "XmlDecoder":
        text = f"<?xml version='1.0'?>{as_xml(body)}"
    else:
        text = json.dumps(body)
    data = text.encode()
    return 200, {"content-type": content_type, **headers}, gzip.compress(data, mtime=0) if packed else data


def as_xml(value):
    if isinstance(value, dict):
        return "".join("".join(f"<{key}>{as_xml(each)}</{key}>" for each in (value[key] if isinstance(value[key], list) else [value[key]])) for key in value)
    return "" if value is None else str(value).replace("&", "&amp;").replace("<", "&lt;")

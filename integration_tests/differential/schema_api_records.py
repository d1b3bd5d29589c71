"""Records that fit a stream's schema, with cursor values inside the window that was asked for."""
import datetime
import hashlib
import json
import urllib.parse

from airbyte_cdk.sources.declarative.datetime.datetime_parser import DatetimeParser

from schema_api_learning import known

PARSER = DatetimeParser()
UTC = datetime.timezone.utc
WINDOW = datetime.datetime(2024, 5, 20, tzinfo=UTC), datetime.datetime(2024, 6, 14, tzinfo=UTC)
UNKNOWN_SCHEMA = {"properties": {"id": {"type": "string"}, "name": {"type": "string"}, "created_at": {"type": "string", "format": "date-time"}, "updated_at": {"type": "string", "format": "date-time"}}}


def hashed(*parts):
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:6], "big")


class RecordMaker:
    def __init__(self, learner):
        self.learner = learner

    def make(self, endpoint, request, chance, page, index):
        schema = endpoint.schema if endpoint.schema.get("properties") else UNKNOWN_SCHEMA
        seed = (chance, page, index)
        identity = chance % 900 * 10**6 + 10**9 + page * 1000 + index
        moment = self.moment(endpoint, request, seed)
        make = _Making(seed, identity, moment)
        record = make.value(schema, "", 0) or {}
        cursor_field = known(endpoint.cursor.get("cursor_field"), endpoint.cursor.get("$parameters", {}), endpoint.config, None)
        needed = {("id",)} if "id" in schema["properties"] else set()
        needed |= {path for path in primary_keys(endpoint.stream)}
        needed |= self.learner.parent_keys.get(endpoint.stream.get("name"), set())
        for path in needed:
            at, inner = record, schema
            for part in path[:-1]:
                inner = (inner.get("properties") or {}).get(part) or {}
                if not isinstance(at.get(part), dict):
                    at[part] = {}
                at = at[part]
            if path[-1] != cursor_field and (at.get(path[-1]) in (None, "") or path[-1] == "id"):
                at[path[-1]] = identity if is_number((inner.get("properties") or {}).get(path[-1])) else f"{path[-1]}-p{page}-{identity}"
        if cursor_field and endpoint.cursor.get("type") == "DatetimeBasedCursor":
            record[cursor_field] = self.cursor_value(endpoint, moment, schema["properties"].get(cursor_field))
        if endpoint.expanded:
            parent = {"parent": index}
            at = parent
            path = [part for part in endpoint.expanded if part != "*"]
            for part in path[:-1]:
                at = at.setdefault(part, {})
            at[path[-1]] = [record, {**record, "id": f"{identity}-b"}]
            return parent
        return record

    def cursor_value(self, endpoint, moment, schema):
        cursor = endpoint.cursor
        formats = cursor.get("cursor_datetime_formats") or [cursor["datetime_format"]]
        text = PARSER.format(moment, formats[0])
        return int(text) if is_number(schema) and text.lstrip("-").isdigit() else float(text) if is_number(schema) and text.replace(".", "", 1).isdigit() else text

    def moment(self, endpoint, request, seed):
        start, end = asked_window(endpoint, request)
        seconds = max(0, int((end - start).total_seconds()) - 1)
        return start + datetime.timedelta(seconds=hashed("moment", *seed) % (seconds + 1) if seconds else 0)


def asked_window(endpoint, request):
    """The texts of the request that are dates of the cursor's format: the first and the last of them."""
    format_ = endpoint.cursor.get("datetime_format")
    if not isinstance(format_, str):
        return WINDOW
    found = []
    query = [value for values in urllib.parse.parse_qs("&".join(request["query"])).values() for value in values]
    for text in [*query, *texts(request["body"])]:
        for part in {text, *text.replace("'", '"').split('"'), *text.split(), *text.split(","), *text.split("..")}:
            try:
                moment = PARSER.parse(part, format_)
            except (ValueError, TypeError, OverflowError):
                continue
            if 2020 < moment.year < 2026:
                found.append(moment)
    if not found:
        return WINDOW
    start, end = min(found), max(found)
    return (start, end) if start < end else (start, max(start, WINDOW[1]))


def texts(value):
    if isinstance(value, dict):
        return [text for each in value.values() for text in texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in texts(each)]
    return [] if value is None or isinstance(value, bool) else [str(value)]


def primary_keys(stream):
    keys = stream.get("primary_key") or []
    keys = [keys] if isinstance(keys, str) else keys
    return [(key,) if isinstance(key, str) else tuple(key) for key in keys if key and "{" not in json.dumps(key)]


def is_number(schema):
    kinds = (schema or {}).get("type") or []
    return bool({"integer", "number"} & set([kinds] if isinstance(kinds, str) else kinds)) and "string" not in kinds


class _Making:
    """Values for one record."""

    def __init__(self, seed, identity, moment):
        self.seed, self.identity, self.moment = seed, identity, moment

    def value(self, schema, path, depth):
        if not isinstance(schema, dict):
            return None
        chance = hashed(path, *self.seed)
        kinds = schema.get("type") or ("object" if "properties" in schema else None)
        kinds = [kinds] if isinstance(kinds, str) else list(kinds or [])
        choices = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
        if not kinds and choices:
            return self.value(choices[0], path, depth)
        # Connectors rely on the objects near the top.
        is_relied_on = "object" in kinds and depth <= 2
        if "null" in kinds and depth > 0 and not is_relied_on and chance % 9 == 0:
            return None
        kinds = [kind for kind in kinds if kind != "null"]
        kind = kinds[0] if kinds else "string"
        if schema.get("enum"):
            return schema["enum"][chance % len(schema["enum"])]
        if kind == "object":
            properties = schema.get("properties") or {}
            if depth > 5:
                return {}
            if not properties:
                return {"k": f"v{chance % 10}"}
            # Now and then a member is missing.
            here = {name: each for name, each in properties.items() if (depth < 2 and "properties" in str(each)) or hashed("missing", path, name, *self.seed) % 11}
            return {name: self.value(each, f"{path}/{name}", depth + 1) for name, each in here.items()}
        if kind == "array":
            return [self.value(schema.get("items") or {"type": "string"}, f"{path}/{index}", depth + 1) for index in range(chance % 3)]
        name = path.rpartition("/")[2]
        if kind == "integer" and "timestamp" in name:
            return int(self.moment.timestamp())
        if kind == "integer":
            return self.identity + chance % 7 if name == "id" or name.endswith("_id") else chance % 100000
        if kind == "number":
            return chance % 100000 / 8
        if kind == "boolean":
            return chance % 2 == 0
        if schema.get("format") == "date-time":
            return self.moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        if schema.get("format") == "date":
            return self.moment.strftime("%Y-%m-%d")
        return f"{name} {['ä', 'it’s', '007', '1.50', '<b>'][chance % 5]} {chance % 1000}"

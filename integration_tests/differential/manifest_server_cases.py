"""Requests for both manifest servers. `{api}` in a case stands for the address of the fake API."""
import copy

FILE = "id,name,created\n1,a,2024-01-01\n2,b,2024-01-02\n3,,2024-01-03\n"

API = {
    "oauth": {"path": "/oauth/token", "client_id": "c", "client_secret": "s", "refresh_token": "r", "expires_in": 3600},
    "jobs": [
        {
            "name": name, "id": name + "-{n}",
            "create": {"on": f"POST /{name}", "status": 202, "body": {"id": "{id}"}},
            "poll": {"on": f"GET /{name}/{{id}}", "body": {"status": "{status}"}},
            "statuses": statuses,
            "when": {"ready": {"body": {"status": "ready", "urls": "{urls}"}}},
            "delete": {"on": f"POST /{name}/{{id}}/delete", "status": 200, "body": {}},
            "download": {"on": f"GET /{name}/{{id}}/files/{{part}}", "parts": parts, "file": {"format": "csv", "text": FILE}},
        }
        for name, statuses, parts in (
            ("ok", ["pending", "ready"], 1), ("two", ["ready"], 2), ("failing", ["pending", "failed"], 1),
            ("strange", ["pending", "odd"], 1), ("late", ["timeout"], 1), ("gone", ["ready"], 1),
        )
    ],
    "faults": [{"on": "GET /gone/{id}/files/{part}", "do": {"respond": {"status": 404, "body": {"error": "gone"}}}}],
    "routes": [
        *({"on": f"POST /refused/{status}", "status": status, "body": {"error": "no"}} for status in (400, 401, 429, 500)),
        {"on": "GET /rows", "rows": {"count": 25, "columns": ["id", "name"]}, "page": {"style": "offset", "size": 10}, "body": {"rows": "{rows}"}},
        {"on": "GET /all", "rows": {"count": 7, "columns": ["id", "name"]}, "body": {"rows": "{rows}"}},
        {"on": "GET /none", "body": {"rows": []}},
        {"on": "GET /kinds", "body": {"rows": [{"id": 1, "n": None, "o": {"a": 1.5, "l": [1, "x"]}, "day": "2024-01-02"}, {"id": 2, "n": None, "o": {"a": None, "b": True}, "day": "2024-01-03"}]}},
        {"on": "GET /broken", "status": 500, "body": {"error": "broken"}},
        {"on": "GET /private", "auth": {"oauth": True}, "body": {"rows": [{"id": 1}]}},
        {"on": "GET /parents", "body": {"rows": [{"id": "p1"}, {"id": "p2"}]}},
        {"on": "GET /parents/{id}/children", "body": {"rows": [{"id": "{id}-child"}]}},
        {"on": "GET /days", "body": {"rows": [{"id": "{query.from}", "updated": "{query.from}"}]}},
    ],
}


def requester(path, method="GET", **more):
    bearer = {"type": "BearerAuthenticator", "api_token": "{{ config['api_key'] }}"}
    return {"type": "HttpRequester", "url": "{api}" + path, "http_method": method, "authenticator": bearer, **more}


def selector(*path):
    return {"type": "RecordSelector", "extractor": {"type": "DpathExtractor", "field_path": list(path)}}


def stream(retriever, name="things", **more):
    schema = {"type": "InlineSchemaLoader", "schema": {"type": "object", "properties": {"id": {"type": "string"}}}}
    return {"type": "DeclarativeStream", "name": name, "primary_key": "id", "retriever": retriever, "schema_loader": schema, **more}


def asynchronous(api, **more):
    return stream({
        "type": "AsyncRetriever",
        "record_selector": selector(),
        "status_mapping": {"type": "AsyncJobStatusMap", "running": ["pending"], "completed": ["ready"], "failed": ["failed"], "timeout": ["timeout"]},
        "status_extractor": {"type": "DpathExtractor", "field_path": ["status"]},
        "download_target_extractor": {"type": "DpathExtractor", "field_path": ["urls"]},
        "creation_requester": requester(f"/{api}", "POST"),
        "polling_requester": requester(f"/{api}/{{{{ creation_response['id'] }}}}"),
        "download_requester": {"type": "HttpRequester", "url": "{{ download_target }}", "http_method": "GET"},
        "download_decoder": {"type": "CsvDecoder"},
        **more,
    })


def synchronous(path, name="things", stream_more=None, **more):
    retriever = {"type": "SimpleRetriever", "requester": requester(path), "record_selector": selector("rows"), **more}
    return stream(retriever, name, **(stream_more or {}))


def manifest(*streams, **more):
    spec = {"type": "object", "required": ["api_key"], "properties": {"api_key": {"type": "string", "airbyte_secret": True}}}
    return {
        "version": "7.39.1", "type": "DeclarativeSource", "check": {"type": "CheckStream", "stream_names": [streams[0]["name"] if streams else "things"]},
        "streams": list(streams), "spec": {"type": "Spec", "connection_specification": spec}, **more,
    }


def list_router(values, field="region"):
    return {"type": "ListPartitionRouter", "cursor_field": field, "values": values}


CONFIG = {"api_key": "secret-key-0815"}
PAGED = {
    "type": "DefaultPaginator",
    "pagination_strategy": {"type": "OffsetIncrement", "page_size": 10},
    "page_size_option": {"type": "RequestOption", "inject_into": "request_parameter", "field_name": "limit"},
    "page_token_option": {"type": "RequestOption", "inject_into": "request_parameter", "field_name": "offset"},
}
DAYS = {
    "type": "DatetimeBasedCursor", "cursor_field": "updated", "datetime_format": "%Y-%m-%d", "start_datetime": "2024-01-01", "end_datetime": "2024-01-03",
    "step": "P1D", "cursor_granularity": "P1D", "start_time_option": {"type": "RequestOption", "inject_into": "request_parameter", "field_name": "from"},
}
OAUTH = {
    "type": "OAuthAuthenticator", "token_refresh_endpoint": "{api}/oauth/token", "client_id": "c", "client_secret": "s", "refresh_token": "r", "grant_type": "refresh_token",
}
SUBSTREAM = {
    "type": "SubstreamPartitionRouter",
    "parent_stream_configs": [{"type": "ParentStreamConfig", "parent_key": "id", "partition_field": "parent", "stream": synchronous("/parents", "parents")}],
}
DYNAMIC = {
    "type": "DynamicDeclarativeStream", "name": "generated",
    "stream_template": synchronous("/all", ""),
    "components_resolver": {
        "type": "HttpComponentsResolver",
        "retriever": {"type": "SimpleRetriever", "requester": requester("/parents"), "record_selector": selector("rows")},
        "components_mapping": [{"type": "ComponentMappingDefinition", "field_path": ["name"], "value": "{{ components_values['id'] }}"}],
    },
}
STATE = [{"type": "STREAM", "stream": {"stream_descriptor": {"name": "things"}, "stream_state": {"updated": "2024-01-02"}}}]


def without(value, *path):
    copied = copy.deepcopy(value)
    target = copied
    for key in path[:-1]:
        target = target[key]
    del target[path[-1]]
    return copied


OK = manifest(asynchronous("ok"))
BAD = without(OK, "streams", 0, "retriever", "status_mapping")
TWICE = copy.deepcopy(OK)
TWICE["streams"][0]["retriever"]["status_mapping"]["failed"] = ["ready"]
REFERRING = {
    **manifest(), "definitions": {"requester": requester("/all", "GET"), "base": {"type": "SimpleRetriever", "requester": {"$ref": "#/definitions/requester"}, "record_selector": selector("rows")}},
    "streams": [{"name": "things", "$parameters": {"primary_key": "id", "name": "things"}, "retriever": {"$ref": "#/definitions/base"}}],
}
SHARED = manifest(synchronous("/all", "one"), synchronous("/all", "two", partition_router={**SUBSTREAM}), synchronous("/parents", "parents"))
OLD = manifest(stream({
    "type": "SimpleRetriever",
    "requester": {"type": "HttpRequester", "url_base": "{api}/", "path": "/all", "http_method": "POST", "request_body_json": {"a": 1}},
    "record_selector": selector("rows"),
}))


def test_read(name, tested, differs=None, config=CONFIG, stream_name="things", **more):
    return {"name": name, "path": "/v1/manifest/test_read", "body": {"manifest": tested, "config": config, "stream_name": stream_name, **more}, "differs": differs}


def post(name, path, body, differs=None, **more):
    return {"name": name, "path": "/v1/manifest/" + path, "body": body, "differs": differs, **more}


def get(name, path):
    return {"name": name, "method": "GET", "path": path, "differs": None}


FAILED_REQUESTS = "the requests of a job that failed are shown"
OWN_REQUESTS = "each slice has its own requests, and its partition as descriptor"
WHERE = "the refusal names the place in the manifest"
NOT_READ = "a slice that was not read has no state"
CACHE = "the reference writes `use_cache` into the manifest"
ONE_TRY = FAILED_REQUESTS + ", and a test does not try again"

CASES = [
    get("health", "/health/"), get("health without slash", "/health"), get("capabilities", "/capabilities/"),
    get("unknown path", "/nothing"), get("wrong method", "/v1/manifest/resolve"),
    post("no body", "resolve", None),
    post("no JSON", "resolve", None, "the position and the words of the JSON parser", raw='{"manifest":'),
    post("a list as body", "resolve", []),
    post("text as body", "resolve", None, raw='{"manifest": {}}', content_type="text/plain"),
    post("nothing given", "test_read", {}),
    post("stream name missing", "test_read", {"manifest": {}, "config": {}}),
    post("limits out of range", "test_read", {"manifest": {}, "config": {}, "stream_name": "x", "record_limit": 0, "page_limit": 21, "slice_limit": "x"}),
    post("limits too large", "test_read", {"manifest": {}, "config": {}, "stream_name": "x", "record_limit": 5001, "page_limit": 1.5, "slice_limit": None}),
    post("wrong types", "test_read", {"manifest": [], "config": "x", "stream_name": 3, "state": {}, "context": 1}),
    post("stream limit out of range", "full_resolve", {"manifest": {}, "config": {}, "stream_limit": 101}),
    post("empty manifest", "test_read", {"manifest": {}, "config": {}, "stream_name": "x"}, WHERE),
    post("property missing, test read", "test_read", {"manifest": BAD, "config": CONFIG, "stream_name": "things"}, WHERE),
    post("property missing, resolve", "resolve", {"manifest": BAD}, WHERE),
    post("property missing, check", "check", {"manifest": BAD, "config": CONFIG}, WHERE),
    post("property missing, discover", "discover", {"manifest": BAD, "config": CONFIG}, WHERE),
    post("status listed twice, resolve", "resolve", {"manifest": TWICE}),
    test_read("status listed twice, test read", TWICE, "the words"),
    post("resolve", "resolve", {"manifest": OK}),
    post("resolve references and parameters", "resolve", {"manifest": REFERRING}),
    post("resolve and normalize", "resolve", {"manifest": {**SHARED, "__should_normalize": True}}),
    post("resolve and migrate", "resolve", {"manifest": {**OLD, "__should_migrate": True}}),
    post("resolve, migrate and normalize", "resolve", {"manifest": {**OLD, "__should_migrate": True, "__should_normalize": True}}),
    post("full resolve of fixed streams", "full_resolve", {"manifest": OK, "config": CONFIG}),
    post("full resolve of dynamic streams", "full_resolve", {"manifest": manifest(synchronous("/all"), dynamic_streams=[DYNAMIC]), "config": CONFIG}, CACHE),
    post("full resolve with a limit", "full_resolve", {"manifest": manifest(synchronous("/all"), dynamic_streams=[DYNAMIC]), "config": CONFIG, "stream_limit": 1}, CACHE),
    post("discover", "discover", {"manifest": OK, "config": CONFIG}),
    post("discover an incremental stream", "discover", {"manifest": manifest(synchronous("/days", stream_more={"incremental_sync": DAYS})), "config": CONFIG}),
    post("discover without config", "discover", {"manifest": OK, "config": {}}),
    post("check", "check", {"manifest": OK, "config": CONFIG}),
    post("check without config", "check", {"manifest": OK, "config": {}}),
    post("check, creation refused", "check", {"manifest": manifest(asynchronous("refused/401")), "config": CONFIG}, "the words"),
    test_read("asynchronous stream", OK),
    test_read("two files of one job", manifest(asynchronous("two"))),
    test_read("page limit of an asynchronous stream", manifest(asynchronous("two")), page_limit=2),
    test_read("page limit below the number of files", manifest(asynchronous("two")), "the page limit holds for all files together", page_limit=1),
    test_read("job deleted", manifest(asynchronous("ok", delete_requester=requester("/ok/{{ creation_response['id'] }}/delete", "POST")))),
    test_read("record limit", OK, "the limit holds: the slice is left open, so there is no state", record_limit=2),
    test_read("three partitions", manifest(asynchronous("ok", partition_router=list_router(["a", "b", "c"]))), OWN_REQUESTS),
    test_read("slice limit of an asynchronous stream", manifest(asynchronous("ok", partition_router=list_router(["a", "b", "c"]))), OWN_REQUESTS, slice_limit=2),
    test_read("job failed", manifest(asynchronous("failing")), FAILED_REQUESTS),
    test_read("job timed out", manifest(asynchronous("late")), FAILED_REQUESTS),
    test_read("file gone", manifest(asynchronous("gone")), NOT_READ),
    *(test_read(f"creation answered with {status}", manifest(asynchronous(f"refused/{status}")), ONE_TRY) for status in (400, 401, 429, 500)),
    test_read("synchronous stream", manifest(synchronous("/all"))),
    test_read("no records", manifest(synchronous("/none"))),
    test_read("pages", manifest(synchronous("/rows", paginator=PAGED))),
    test_read("page limit", manifest(synchronous("/rows", paginator=PAGED)), page_limit=2),
    test_read("schema of many kinds", manifest(synchronous("/kinds"))),
    test_read("synchronous partitions", manifest(synchronous("/all", partition_router=list_router(["a", "b"])))),
    test_read("slice limit", manifest(synchronous("/all", partition_router=list_router(["a", "b", "c"]))), slice_limit=2),
    test_read("incremental stream", manifest(synchronous("/days", stream_more={"incremental_sync": DAYS}))),
    test_read("incremental stream from a state", manifest(synchronous("/days", stream_more={"incremental_sync": DAYS})), state=STATE),
    test_read("substream", manifest(synchronous("/parents/{{ stream_slice['parent'] }}/children", partition_router=SUBSTREAM))),
    test_read("login", manifest(stream({"type": "SimpleRetriever", "requester": requester("/private", authenticator=OAUTH), "record_selector": selector("rows")})), "the secrets of the login are masked"),
    test_read("API broken", manifest(synchronous("/broken")), NOT_READ),
    test_read("config does not fit", OK, config={}),
    test_read("unknown stream", OK, "an ERROR in the logs says so", stream_name="nothing"),
    test_read("stream of a dynamic one", manifest(synchronous("/all"), dynamic_streams=[DYNAMIC]), "the requests that find the streams are shown", stream_name="p2"),
]

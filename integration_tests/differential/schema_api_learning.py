"""Learns from a resolved manifest what each address is expected to answer."""
import itertools
import json
import re

from airbyte_cdk.sources.declarative.interpolation.interpolated_boolean import InterpolatedBoolean
from airbyte_cdk.sources.declarative.interpolation.interpolated_string import InterpolatedString

RUNTIME_NAMES = re.compile(
    r"stream_slice|stream_partition|stream_interval|next_page_token|record|response|headers|creation_|polling_|download_target|session_token|components_values"
)
PIECES = re.compile(r"({{.*?}}|{%.*%})", re.S)
# What a member of a response may be: no value, a token, an address with a token, flags, numbers.
ABSENT, TOKEN, LINK = "<absent>", "<token>", "<link>"
# A number or flag that says where in the whole this page is.
NATURAL = "<natural>"
NATURAL_SIZE = 50
KINDS = (TOKEN, LINK, True, False, ABSENT, 1, 10**6, "")
RETRIED = {429, *range(500, 600)}


def known(template, parameters, config, default=""):
    """A template that needs nothing but the config; others, and failing ones, give the default."""
    if not isinstance(template, str):
        return default if template is None else template
    if RUNTIME_NAMES.search("".join(PIECES.findall(template))):
        return default
    try:
        return InterpolatedString.create(template, parameters=parameters).eval(config)
    except Exception:
        return default


def address_pattern(template, parameters, config):
    """The regular expression of an address; what is known only while reading is a wildcard."""
    if "{%" in template:
        whole = known(template, parameters, config, None)
        return ".*" if whole is None else re.escape(str(whole))
    parts = []
    for piece in PIECES.split(template):
        if not piece.startswith("{{"):
            parts.append(re.escape(piece))
            continue
        text = known(piece, parameters, config, None)
        parts.append(".+" if text is None else re.escape(str(text)))
    return "".join(parts)


class Endpoint:
    """One requester: what its requests look like, and the answer it wants. `role` names who asks."""

    def __init__(self, requester, config, role, owner=None):
        self.config = config
        self.role = role
        self.owner = owner or {}
        self.requester = requester
        self.parameters = requester.get("$parameters", {})
        base = requester.get("url") or requester.get("url_base") or ""
        path = requester.get("path") or ""
        text = address_pattern(base, self.parameters, config)
        if path:
            text = text.rstrip("/") + "/" + address_pattern(path, self.parameters, config).lstrip("/")
        self.pattern = re.compile(re.sub(r"^http://127\\?\.0\\?\.0\\?\.1:\d+", "", text.split("\\?")[0]) or ".*")
        self.is_wild = ".+" in self.pattern.pattern or ".*" in self.pattern.pattern
        self.method = str(known(requester.get("http_method", "GET"), self.parameters, config, "GET")).upper()
        self.literal = len(re.sub(r"\.[+*]", "", self.pattern.pattern))
        self.refusals = refusals(requester.get("error_handler") or {})

    def fits(self, request):
        if request["method"] != self.method or not self.pattern.fullmatch(request["path"]):
            return None
        given = json.dumps([request["query"], request["body"]])
        fixed = self.requester.get("request_parameters") or {}
        fixed = fixed if isinstance(fixed, dict) else {}
        agreeing = sum(1 if f"{value}" in given else -1 for value in fixed.values() if isinstance(value, str) and "{" not in value)
        return self.literal, agreeing


def refusals(handler):
    """Which statuses the error handler repeats, and which it passes over."""
    repeated, ignored = set(RETRIED), {}
    for one in handler.get("error_handlers", [handler]):
        for rule in one.get("response_filters") or []:
            codes = {int(code) for code in rule.get("http_codes") or []}
            if rule.get("action") == "RETRY":
                repeated |= codes
            else:
                repeated -= codes
            if rule.get("action") == "IGNORE":
                for code in codes:
                    ignored.setdefault(code, rule.get("error_message_contains") or "not available")
    return {"repeated": sorted(code for code in repeated if code in (429, 500, 503)), "ignored": ignored}


class Learner:
    """All endpoints of a manifest."""

    def __init__(self, manifest, config, load_schema):
        self.config = config
        self.load_schema = load_schema
        self.endpoints = []
        self.parent_keys = {}
        self.walk(manifest, {})

    def walk(self, node, owner):
        if isinstance(node, list):
            for each in node:
                self.walk(each, owner)
        if not isinstance(node, dict):
            return
        kind = node.get("type")
        if kind == "DeclarativeStream":
            owner = node
        elif kind == "ParentStreamConfig":
            stream = node.get("stream") or {}
            self.parent_keys.setdefault(stream.get("name"), set()).add(tuple(str(node.get("parent_key", "id")).split("/")))
        elif kind == "DynamicSchemaLoader" and node["retriever"].get("type") == "SimpleRetriever":
            self.endpoints.append(Page(node["retriever"], self.config, {}, {}))
            self.endpoints[-1].role, self.endpoints[-1].owner = "schema", node
            return
        elif kind == "SimpleRetriever":
            self.endpoints.append(Page(node, self.config, owner, self.load_schema(owner)))
        elif kind == "AsyncRetriever":
            self.learn_jobs(node, owner)
        elif kind == "OAuthAuthenticator" and isinstance(node.get("token_refresh_endpoint"), str):
            self.endpoints.append(Endpoint({"url": node["token_refresh_endpoint"], "http_method": "POST", "$parameters": node.get("$parameters", {})}, self.config, "token", node))
        elif kind == "SessionTokenAuthenticator":
            self.endpoints.append(Endpoint(node["login_requester"], self.config, "login", node))
        for key, value in node.items():
            if key not in ("$parameters", "schema"):
                self.walk(value, owner)

    def learn_jobs(self, node, owner):
        for role in ("creation", "polling", "download_target", "abort", "delete"):
            requester = node.get(f"{role}_requester")
            if requester:
                self.endpoints.append(Endpoint(requester, self.config, role, node))
        self.endpoints.append(Page({**node, "requester": {"url": "http://127.0.0.1:0/download/.*", "http_method": "GET"}, "decoder": node.get("download_decoder")}, self.config, owner, self.load_schema(owner)))
        self.endpoints[-1].pattern = re.compile("/download/.*")

    def find(self, request):
        fitting = [(fit, -index) for index, endpoint in enumerate(self.endpoints) if (fit := endpoint.fits(request))]
        return self.endpoints[-max(fitting)[1]] if fitting else None


class Page(Endpoint):
    """The pages of records that a SimpleRetriever reads."""

    def __init__(self, retriever, config, stream, schema):
        super().__init__(retriever["requester"], config, "page", stream)
        self.stream = stream
        self.schema = schema
        self.decoder = retriever.get("decoder") or {"type": "JsonDecoder"}
        extractor = (retriever.get("record_selector") or {}).get("extractor") or {}
        while extractor.get("extractors"):
            extractor = extractor["extractors"][0]
        extractor_parameters = extractor.get("$parameters", {})
        self.field_path = [str(known(part, extractor_parameters, config)) for part in extractor.get("field_path") or []]
        expander = extractor.get("record_expander") or {}
        self.expanded = [str(part) for part in expander.get("expand_records_from_field") or []]
        self.cursor = stream.get("incremental_sync") or {}
        paginator = retriever.get("paginator") or {}
        self.strategy = paginator.get("pagination_strategy") or {}
        self.token_option = paginator.get("page_token_option") or {}
        self.page_size = None
        if self.strategy:
            size = known(self.strategy.get("page_size"), self.strategy.get("$parameters", {}), config, None)
            self.page_size = int(size) if str(size).isdigit() else None
        self.more, self.last, self.needs_full_pages = {}, {}, self.strategy.get("type") in ("PageIncrement", "OffsetIncrement")
        if self.strategy.get("type") == "CursorPagination":
            self.learn_cursor()

    def learn_cursor(self):
        """Finds, by trying, which members of the response make the paginator go on, and which make it stop."""
        token = str(self.strategy.get("cursor_value"))
        stop = self.strategy.get("stop_condition")
        paths = [path for path in response_paths(f"{token} {stop}") if list(path) != self.field_path][:4]
        self.needs_full_pages = "last_page_size" in f"{token} {stop}"
        url_first = self.token_option.get("type") == "RequestPath" or re.search(r"next_page_token", str(self.requester.get("path")) + str(self.requester.get("url_base")))
        kinds = (LINK, TOKEN, *KINDS[2:]) if url_first else KINDS
        natural = {wanted: {path: natural_value(path[-1], 1 if wanted == "more" else 3, 3) for path in paths} for wanted in ("more", "last")}
        if paths and all(None not in shape.values() and self.goes_on(token, stop, shape, wanted) == (wanted == "more") for wanted, shape in natural.items()):
            self.more = self.last = dict.fromkeys(paths, NATURAL)
            return
        for wanted in ("more", "last"):
            order = kinds if wanted == "more" else (ABSENT, False, *kinds)
            flags = (True, False) if wanted == "more" else (False, True)
            for chosen in itertools.product(*(flags if isinstance(natural[wanted][path], bool) else order for path in paths)):
                shape = dict(zip(paths, chosen))
                if self.goes_on(token, stop, shape, wanted) == (wanted == "more"):
                    setattr(self, wanted, shape)
                    break

    def goes_on(self, token, stop, shape, wanted):
        response = {}
        for path, kind in shape.items():
            put(response, path, {TOKEN: "pg2x", LINK: "http://127.0.0.1/x?__page=pg2x"}.get(kind, kind))
        put(response, self.field_path, [{"id": "a", "token": "b"}] if wanted == "more" else [])
        size = (self.page_size or 100) if wanted == "more" else 0
        link = {"next": {"url": "http://127.0.0.1/x", "cursor": "pg2x", "results": "true"}} if wanted == "more" else {"next": {"results": "false"}}
        values = {"response": response, "headers": {"link": link}, "last_record": {"id": "a", "token": "b"} if wanted == "more" else None, "last_page_size": size, "page_size": self.page_size}
        parameters = self.strategy.get("$parameters", {})
        try:
            if stop and InterpolatedBoolean(stop, parameters=parameters).eval(self.config, **values):
                return False
            return bool(InterpolatedString.create(token, parameters=parameters).eval(self.config, **values))
        except Exception:
            return None


def natural_value(name, page, pages):
    """What APIs answer under names of this sort, on a page of some pages; None for other names."""
    lower = name.lower().replace("_", "")
    if "start" in lower or "offset" in lower:
        return (page - 1) * NATURAL_SIZE
    if "max" in lower or "limit" in lower or "size" in lower or lower == "perpage":
        return NATURAL_SIZE
    if "total" in lower:
        return pages * NATURAL_SIZE
    if "islast" in lower or "endof" in lower:
        return page >= pages
    if "hasmore" in lower or lower == "more":
        return page < pages
    return None


def response_paths(text):
    """The members of `response` that a template reads, as paths."""
    found = []
    for chain in re.findall(r"response((?:\[\s*['\"][^'\"]+['\"]\s*\]|\.get\(\s*['\"][^'\"]+['\"][^)]*\)|\.(?!get\b|split|strip|items|keys)\w+)+)", text):
        path = tuple(re.findall(r"\[\s*['\"]([^'\"]+)['\"]|\.get\(\s*['\"]([^'\"]+)['\"]|\.(?!get\b)(\w+)", chain))
        path = tuple("".join(parts) for parts in path)
        found.append(path)
    for name, inner in re.findall(r"['\"](\w+)['\"]\s+(?:not )?in\s+response((?:\.get\(\s*['\"][^'\"]+['\"][^)]*\)|\.\w+)*)", text):
        found.append((*("".join(parts) for parts in re.findall(r"\.get\(\s*['\"]([^'\"]+)['\"]|\.(?!get\b)(\w+)", inner)), name))
    unique = list(dict.fromkeys(found))
    return [path for path in unique if not any(other[: len(path)] == path and other != path for other in unique)]


def put(body, path, value):
    """Sets a member; a path over something else than objects, or the wish for nothing, changes nothing."""
    if value == ABSENT or not path:
        return
    for part in path[:-1]:
        body = body.setdefault(part, {})
        if not isinstance(body, dict):
            return
    if isinstance(body, dict):
        body[path[-1]] = value

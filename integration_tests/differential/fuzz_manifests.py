"""Random manifests: paginators × cursors × routers × error handlers × decoders × authenticators × transformations, with the
description of the API that they talk to (`fuzz_api`). The same seed gives the same manifest.
"""
import random

from fuzz_limits import limited
from fuzz_records import records_of
from fuzz_shapes import reshaped
from fuzz_streams import rarer

CONFIG = {
    "key": "k-1.10", "user": "ada@example.com", "password": "pa:ss/wörd", "start": "2024-05-20", "count": 3, "size": "2", "flag": True, "mode": "basic",
    "ids": ["a", "b", "7"], "nested": {"region": "eu", "list": [1, 2]}, "empty": "",
    "tables": [{"title": "one", "key": 1}, {"title": "two é", "key": "1.5"}],
}
SPEC = {"type": "Spec", "connection_specification": {"type": "object", "additionalProperties": True, "properties": {"password": {"type": "string", "airbyte_secret": True}}}}
FORMATS = [
    "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%s", "%ms", "%d/%m/%Y", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%_msZ", "%s_as_float",
]
GRANULARITY = {"%Y-%m-%d": "P1D", "%d/%m/%Y": "P1D", "%ms": "PT0.001S", "%Y-%m-%dT%H:%M:%S.%_msZ": "PT0.001S", "%Y-%m-%dT%H:%M:%S.%fZ": "PT0.000001S", "%s_as_float": "PT0.000001S"}


class Maker:
    """Makes the manifest of one seed; `endpoints` fills up while it does."""

    def __init__(self, seed, url):
        self.seed, self.random, self.url, self.endpoints = seed, random.Random(seed), url, {}

    def pick(self, *values):
        return self.random.choice(values)

    def maybe(self, share):
        return self.random.random() < share

    def manifest(self):
        streams = [self.stream(f"s{number}") for number in range(self.pick(1, 2, 2, 3))]
        made = {
            "version": self.pick("6.44.0", "7.0.0", "4.3.0"), "type": "DeclarativeSource", "check": {"type": "CheckStream", "stream_names": [streams[0]["name"]]},
            "spec": SPEC, "streams": streams,
        }
        if self.maybe(0.5):
            made["concurrency_level"] = {"type": "ConcurrencyLevel", "default_concurrency": self.pick(1, 2, "{{ config['count'] }}", 6), "max_concurrency": 8}
        rarer(self, made)
        return self.beyond(made)

    def beyond(self, made):
        """One or two changes more to half of the manifests; what was drawn before is as it would be without."""
        self.random = random.Random(f"beyond {self.seed}")
        plain = [each for each in made.get("streams", []) if each.get("type") == "DeclarativeStream" and each["retriever"]["type"] == "SimpleRetriever" and each.get("incremental_sync", {}).get("type") != "IncrementingCountCursor"]
        if plain and self.maybe(0.6):
            change = self.pick([limited], [reshaped], [reshaped, limited])
            for each in change:
                each(self, plain[-1], made)
        return made

    # Streams

    def stream(self, name, depth=0):
        endpoint = {
            "count": self.pick(0, 2, 5, 9, 14), "size": self.pick(2, 3, 50), "numbers": self.maybe(0.5), "newest_first": self.maybe(0.3), "first_page": 0, "decoder": "json",
            "packed": None, "delimiter": ",", "field_path": self.pick(["items"], ["data", "rows"], [], ["data", "each", "row"]), "dates": None, "ignores_window": depth == 0 and self.maybe(0.3), "refusals": [],
        }
        self.endpoints[name] = endpoint
        stream = {"type": "DeclarativeStream", "name": name, **({"primary_key": key} if (key := self.pick("id", ["id"], [["id"]], ["id", "name"], None)) else {})}
        retriever = stream["retriever"] = {"type": "SimpleRetriever"}
        self.decode(endpoint, retriever)
        retriever["requester"] = self.requester(name, endpoint)
        if self.maybe(0.6):
            stream["incremental_sync"] = self.cursor(endpoint, retriever["requester"])
        if self.maybe(0.75):
            self.paginate(endpoint, retriever)
        stream.update(records_of(self, endpoint, retriever, stream))
        if depth < 2 and self.maybe(0.5):
            router = self.router(name, retriever["requester"], depth)
            retriever["partition_router"] = router
        if self.maybe(0.15):
            retriever["ignore_stream_slicer_parameters_on_paginated_requests"] = True
        return stream

    # Requests

    def requester(self, name, endpoint):
        made = {"type": "HttpRequester", "http_method": "GET"}
        path = self.pick(name, f"/{name}", f"{name}/{{{{ config['nested']['region'] }}}}", f"{name}/{{{{ config.ids | join('-') }}}}")
        if self.maybe(0.8):
            made.update(url_base=self.url + self.pick("", "/"), path=path)
        else:
            made["url"] = f"{self.url}/{path.lstrip('/')}"
        options = {
            "p_fixed": "x y", "p_number": "7", "p_flag": "{{ config['flag'] }}", "p_config": "{{ config['key'] }}", "p_none": "{{ config.get('nothing') }}", "p_list": "{{ config['ids'] }}", "p_empty": "{{ config['empty'] }}",
            "p_zero": "0", "p_float": "1.10", "p_plus": "a+b&c=d", "p_day": "{{ now_utc().strftime('%Y-%m-%d') }}", "p_loop": "{% for x in config['ids'] %}{{ x }};{% endfor %}",
            "p_{{ config['mode'] }}": "{{ 'yes' if config['flag'] else 'no' }}", "p_int": "{{ config['count'] * 2 }}", "p_dict": "{{ config['nested'] }}", "p_upper": "{{ config.user | upper | replace('@', '.') }}",
        }
        chosen = {key: options[key] for key in self.random.sample(sorted(options), self.pick(0, 1, 3))}
        if self.maybe(0.3):
            made["http_method"] = "POST"
            self.body(made)
        if chosen:
            made["request_parameters"] = chosen if self.maybe(0.85) else "p_text={{ config['user'] }}&p_more=1"
        if self.maybe(0.3):
            made["request_headers"] = {"x-p_head": "{{ config['nested'].region }}", "x-p_num": "{{ config['count'] }}", "Accept": "application/json"}
        if self.maybe(0.6):
            made["authenticator"] = self.authenticator()
        if self.maybe(0.6):
            made["error_handler"] = self.error_handler(endpoint)
        if self.maybe(0.1):
            made["use_cache"] = True
        return made

    def body(self, made):
        value = {"p_body": "{{ config['user'] }}", "p_deep": {"p_list": [1, "{{ config['count'] }}", None], "p_flag": True}, "p_text": "1.0"}
        kind = self.pick("json", "json", "data", "none", "json_object", "form", "text_json")
        if kind == "json":
            made["request_body_json"] = value
        elif kind == "data":
            made["request_body_data"] = {"p_body": "{{ config['user'] }}", "p_number": "5"}
        elif kind == "json_object":
            made["request_body"] = {"type": "RequestBodyJsonObject", "value": value}
        elif kind == "form":
            made["request_body"] = {"type": "RequestBodyUrlEncodedForm", "value": {"p_body": "{{ config['password'] }}", "p_size": "{{ config['size'] }}"}}
        elif kind == "text_json":
            made["request_body_json"] = '{"p_text": "{{ config[\'user\'] }}", "p_n": {{ config[\'count\'] }}}'
        return made

    def places(self, requester):
        """Where an option can go that the body of the request leaves free."""
        body = {"request_body_json": "body_json", "request_body_data": "body_data"}.get(next((key for key in requester if key.startswith("request_body")), None))
        free = body if body and not isinstance(requester.get("request_body_json"), str) else None
        # The reference's cache does not look at headers.
        return ["request_parameter", "request_parameter", *([] if requester.get("use_cache") else ["header"]), *([free] if free else [])]

    def option(self, requester, name):
        place = self.pick(*self.places(requester))
        made = {"type": "RequestOption", "inject_into": place, "field_name": f"x-{name}" if place == "header" else name}
        if place == "body_json" and self.maybe(0.5):
            del made["field_name"]
            made["field_path"] = ["query", name]
        return made

    def authenticator(self):
        api_key = {"type": "ApiKeyAuthenticator", "api_token": self.pick("{{ config['key'] }}", "Token {{ config['key'] }}"), "inject_into": {"type": "RequestOption", "inject_into": self.pick("header", "request_parameter"), "field_name": "x-p_key"}}
        basic = {"type": "BasicHttpAuthenticator", "username": "{{ config['user'] }}", **({"password": "{{ config['password'] }}"} if self.maybe(0.7) else {})}
        bearer = {"type": "BearerAuthenticator", "api_token": "{{ config['key'] }}"}
        oauth = {
            "type": "OAuthAuthenticator", "token_refresh_endpoint": f"{self.url}/login", "client_id": "{{ config['user'] }}", "client_secret": "{{ config['password'] }}",
            **self.pick({"grant_type": "client_credentials"}, {"refresh_token": "{{ config['key'] }}"}), **self.pick({}, {"refresh_request_body": {"p_x": "{{ config['count'] }}"}}, {"scopes": ["a", "b"]}),
        }
        session = {
            "type": "SessionTokenAuthenticator", "expiration_duration": "PT1H", "session_token_path": ["session", "token"],
            "login_requester": {"type": "HttpRequester", "url_base": self.url, "path": "login", "http_method": "POST", "request_body_json": {"user": "{{ config['user'] }}"}, "authenticator": {"type": "NoAuth"}},
            "request_authentication": self.pick({"type": "Bearer"}, {"type": "ApiKey", "inject_into": {"type": "RequestOption", "inject_into": "header", "field_name": "x-p_session"}}),
        }
        jwt = {"type": "JwtAuthenticator", "secret_key": "{{ config['password'] }}", "algorithm": "HS256", "token_duration": 600, "jwt_payload": {"iss": "{{ config['user'] }}"}, **self.pick({}, {"header_prefix": "Bearer"})}
        selective = {"type": "SelectiveAuthenticator", "authenticator_selection_path": ["mode"], "authenticators": {"basic": basic, "bearer": bearer}}
        return self.pick(api_key, api_key, basic, bearer, oauth, session, jwt, selective, {"type": "NoAuth"})

    def error_handler(self, endpoint):
        """A handler, and refusals that it has to deal with."""
        rules, filters = endpoint["refusals"], []
        # The reference loses or refuses a body of another format that a filter looks at.
        sees_body = endpoint["decoder"] == "json" and not endpoint["packed"]
        match = lambda code, *others: self.pick({"http_codes": [code]}, *(others if sees_body else []))
        if self.maybe(0.5):
            status = self.pick(429, 503, 500, 404, 409)
            rules.append({"status": status, "code": "busy", "message": "please wait", "each": "request", "of": 3, "times": 1, "headers": {"retry-after": "1", "x-wait": "2"}})
            if status in (404, 409):
                filters.append({"type": "HttpResponseFilter", "action": "RETRY", **match(status, {"error_message_contains": "please wait"}, {"predicate": "{{ response.get('error', {}).get('code') == 'busy' }}"})})
        if self.maybe(0.5):
            status = self.pick(403, 404, 400)
            rules.append({"status": status, "code": "gone", "message": "no access", "each": self.pick("partition", "partition", "request"), "of": 4, "times": 99})
            if self.maybe(0.85):
                matching = match(status, {"error_message_contains": "no access"}, {"predicate": "{{ 'error' in response and response['error'].code == 'gone' }}"})
                filters.append({"type": "HttpResponseFilter", "action": self.pick("IGNORE", "IGNORE", "IGNORE", "FAIL"), **matching, **self.pick({}, {"error_message": "No: {{ response.error.message }}"})})
        if sees_body and self.maybe(0.2):
            rules.append({"status": 200, "code": "soft", "message": "soft failure", "each": "request", "of": 4, "times": 1})
            filters.append({"type": "HttpResponseFilter", "action": self.pick("RETRY", "IGNORE"), "predicate": "{{ response.get('error', {}).get('code') == 'soft' }}"} if endpoint["field_path"] else {"type": "HttpResponseFilter", "action": "IGNORE", "error_message_contains": "soft"})
        self.random.shuffle(filters)
        waits = self.pick([], [{"type": "ConstantBackoffStrategy", "backoff_time_in_seconds": 2}], [{"type": "WaitTimeFromHeader", "header": "x-wait"}, {"type": "ExponentialBackoffStrategy", "factor": 2}], [{"type": "WaitUntilTimeFromHeader", "header": "x-none", "min_wait": 1}])
        one = {"type": "DefaultErrorHandler", **({"response_filters": filters} if filters else {}), **({"backoff_strategies": waits} if waits else {}), **self.pick({}, {"max_retries": 2})}
        if len(filters) < 2 or self.maybe(0.6):
            return one
        return {"type": "CompositeErrorHandler", "error_handlers": [{"type": "DefaultErrorHandler", "response_filters": [each], **({"backoff_strategies": waits} if waits else {})} for each in filters]}

    # Bodies and pages

    def decode(self, endpoint, retriever):
        kind = self.pick("json", "json", "json", "json", "jsonl", "csv", "xml")
        packed = self.pick(None, None, None, "gzip", "zip") if kind != "xml" else None
        decoder = {"json": {"type": "JsonDecoder"}, "jsonl": {"type": "JsonlDecoder"}, "csv": {"type": "CsvDecoder", "delimiter": self.pick(",", ";", "\t")}, "xml": {"type": "XmlDecoder"}}[kind]
        endpoint.update(decoder=kind, packed=packed, delimiter=decoder.get("delimiter"))
        if packed:
            decoder = {"type": {"gzip": "GzipDecoder", "zip": "ZipfileDecoder"}[packed], "decoder": decoder}
        if kind in ("jsonl", "csv"):
            endpoint["field_path"] = []
        if kind == "xml":
            endpoint["field_path"] = ["items", "row"]
        if kind != "json" or packed or self.maybe(0.3):
            retriever["decoder"] = decoder

    def paginate(self, endpoint, retriever):
        if endpoint["decoder"] in ("csv", "jsonl") or endpoint["packed"]:
            # The reference refuses a paginator here.
            return
        requester, has_meta = retriever["requester"], bool(endpoint["field_path"]) and endpoint["decoder"] == "json"
        size = self.pick(None, 2, 3, "{{ config['size'] }}")
        sized = {"page_size": size} if size else {}
        endpoint["size"] = int(CONFIG["size"]) if isinstance(size, str) else size or endpoint["size"]
        made = {"type": "DefaultPaginator"}
        kind = self.pick("page", "offset", "cursor", "cursor", "none")
        if kind == "page":
            first = self.pick(0, 1)
            endpoint["first_page"] = first
            name, strategy = "page", {"type": "PageIncrement", **sized, **self.pick({}, {"inject_on_first_request": True}), **({"start_from_page": first} if first else {})}
        elif kind == "offset":
            name, strategy = "offset", {"type": "OffsetIncrement", **sized, **self.pick({}, {"inject_on_first_request": True})}
        elif kind == "cursor":
            name, strategy = "after", {"type": "CursorPagination", **sized, **self.cursor_pagination(has_meta, size)}
        else:
            retriever["paginator"] = {"type": "NoPagination"}
            return
        made["pagination_strategy"] = strategy
        if name == "after" and "url" in strategy["cursor_value"]:
            made["page_token_option"] = {"type": "RequestPath"}
        elif name == "after" and self.maybe(0.2) and isinstance(requester.get("request_parameters", {}), dict):
            requester["request_parameters"] = {**requester.get("request_parameters", {}), "after": "{{ next_page_token['next_page_token'] if next_page_token else '' }}"}
        else:
            made["page_token_option"] = self.option(requester, name)
        if size and self.maybe(0.6):
            made["page_size_option"] = self.option(requester, "limit")
        retriever["paginator"] = made

    def cursor_pagination(self, has_meta, size):
        links = [{"cursor_value": "{{ headers['link']['next']['url'] }}", "stop_condition": "{{ 'next' not in headers['link'] }}"}, {"cursor_value": "{{ headers.link.next.url if headers.link else '' }}"}]
        last = [{"cursor_value": "{{ last_record['id'] }}", "stop_condition": "{{ last_page_size == 0 }}"}, {"cursor_value": "{{ last_record.id if last_record }}", "stop_condition": "{{ not last_record }}"}]
        if size:
            last.append({"cursor_value": "{{ last_record['id'] }}", "stop_condition": "{{ last_page_size < page_size }}"})
        meta = [
            {"cursor_value": "{{ response.meta.next }}", "stop_condition": "{{ not response.meta.next }}"},
            {"cursor_value": "{{ response.get('meta', {}).get('next') }}", "stop_condition": "{{ response.get('meta', {}).get('more', False) == False }}"},
            {"cursor_value": "{{ response['meta']['next'] }}"}, {"cursor_value": "{{ response.meta.url }}", "stop_condition": "{{ response.meta.url is none }}"},
            {"cursor_value": "{{ response.meta.url or '' }}", "stop_condition": "{{ not response['meta']['more'] }}"},
        ]
        return self.pick(*links, *last, *(meta if has_meta else []), *(meta if has_meta else []))

    # Slices

    def cursor(self, endpoint, requester):
        asked = self.pick(*FORMATS)
        # Numbers fit several formats: the reference reads its own states wrong then.
        is_numeric = asked.startswith(("%s", "%ms"))
        written = asked if is_numeric or self.maybe(0.7) else self.pick(*FORMATS)
        endpoint["dates"] = {"asked": asked, "written": written, "number": written in ("%s", "%ms") and self.maybe(0.5), "gaps": self.maybe(0.2)}
        made = {"type": "DatetimeBasedCursor", "cursor_field": self.pick("updated", "updated", "{{ 'updated' }}"), "datetime_format": asked, "start_datetime": self.start(asked)}
        if written != asked or not is_numeric and self.maybe(0.2):
            made["cursor_datetime_formats"] = [written, *self.pick([], [asked], ["%Y"])]
        if self.maybe(0.5):
            made.update(step=self.pick("P7D", "P10D", "P1M", "P30D", "{{ 'P' ~ config['count'] ~ 'D' }}"), cursor_granularity=GRANULARITY.get(asked, "PT1S"))
        if self.maybe(0.4):
            made["end_datetime"] = self.pick({"type": "MinMaxDatetime", "datetime": "{{ now_utc().strftime('%Y-%m-%dT%H:%M:%SZ') }}", "datetime_format": "%Y-%m-%dT%H:%M:%SZ"}, {"type": "MinMaxDatetime", "datetime": "2024-06-10", "datetime_format": "%Y-%m-%d", "max_datetime": "2024-06-08"}, {"type": "MinMaxDatetime", "datetime": "{{ day_delta(-2, format='%Y-%m-%d') }}", "datetime_format": "%Y-%m-%d"})
        if self.maybe(0.35):
            made["lookback_window"] = self.pick("P2D", "PT5H", "P{{ config['count'] }}D")
        if self.maybe(0.8):
            made.update(start_time_option=self.option(requester, "since"), **({"end_time_option": self.option(requester, "until")} if self.maybe(0.7) else {}))
        elif isinstance(requester.get("request_parameters", {}), dict):
            names = self.pick(("start_time", "end_time"), ("start_time", "end_time"), ("from", "to"))
            if names[0] == "from":
                made.update(partition_field_start="from", partition_field_end="to")
            whole = self.pick("stream_interval", "stream_slice")
            requester["request_parameters"] = {**requester.get("request_parameters", {}), "since": f"{{{{ {whole}['{names[0]}'] }}}}", "until": f"{{{{ {whole}.get('{names[1]}') }}}}"}
        for name, share in (("is_data_feed", 0.1), ("is_client_side_incremental", 0.15), ("is_compare_strictly", 0.1), ("global_substream_cursor", 0.15)):
            if self.maybe(share):
                made[name] = True
        if self.maybe(0.1) and "step" in made:
            made["clamping"] = self.pick({"target": "DAY"}, {"target": "MONTH"}, {"target": "WEEK", "target_details": {"weekday": "MONDAY"}})
        return made

    def start(self, asked):
        fixed = {"type": "MinMaxDatetime", "datetime": "{{ config['start'] }}", "datetime_format": "%Y-%m-%d"}
        return self.pick(fixed, fixed, {**fixed, "min_datetime": "2024-05-23"}, {**fixed, "max_datetime": "2024-05-19"}, f"{{{{ format_datetime(config['start'], '{asked}') }}}}")

    def router(self, name, requester, depth):
        kind = self.pick("list", "list", "substream", "substream", "substream", "both", "grouping")
        if kind == "list":
            return self.list_router(requester)
        if kind == "both":
            return [self.list_router(requester), self.substream_router(name, requester, depth)]
        if kind == "grouping":
            requester["path" if "path" in requester else "url"] += "/{{ stream_partition.parent | join(',') }}"
            return {"type": "GroupingPartitionRouter", "group_size": self.pick(1, 2, 3), **self.pick({}, {"deduplicate": False}), "underlying_partition_router": self.substream_router(name, requester, depth, in_path=False)}
        return self.substream_router(name, requester, depth)

    def list_router(self, requester):
        values = self.pick(["x", "y", "z"], ["1", "02"], "{{ config['ids'] }}", ["a b", "c/d", "é"], "{{ config['nested']['list'] }}")
        made = {"type": "ListPartitionRouter", "cursor_field": self.pick("p_kind", "{{ 'p_kind' }}"), "values": values}
        if self.maybe(0.6):
            made["request_option"] = self.option(requester, "p_kind")
        else:
            requester["path" if "path" in requester else "url"] += "/" + self.pick("{{ stream_partition.p_kind }}", "{{ stream_slice['p_kind'] | string | length }}-{{ stream_partition['p_kind'] }}")
        return made

    def substream_router(self, name, requester, depth, in_path=None):
        configs = []
        for number in range(self.pick(1, 1, 1, 2)):
            config = {"type": "ParentStreamConfig", "stream": self.stream(f"{name}p{number}", depth + 1), "parent_key": "id", "partition_field": "parent"}
            if self.maybe(0.3):
                config["incremental_dependency"] = True
            if self.maybe(0.25):
                config["extra_fields"] = self.pick([["name"]], [["Nested Obj", "cityName"], ["amount"]])
            if in_path is None and self.maybe(0.4):
                config["request_option"] = self.option(requester, "p_parent")
                if config["request_option"]["inject_into"] == "header":
                    # The reference refuses letters beyond Latin-1 in a header.
                    self.endpoints[config["stream"]["name"]]["numbers"] = True
            configs.append(config)
        if in_path is None and not any("request_option" in each for each in configs):
            requester["path" if "path" in requester else "url"] += "/" + self.pick("{{ stream_partition.parent }}", "{{ stream_slice['parent'] }}/sub", "{{ stream_partition['parent'] | urlencode }}")
        return {"type": "SubstreamPartitionRouter", "parent_stream_configs": configs}

"""Streams of APIs with limits: too large a page, too wide a window, too many records in a row, too many calls.

Each change comes on top of a finished manifest and draws from its own random numbers, so it leaves other seeds as they are.
"""
from fuzz_shapes import unpartitioned


def limited(maker, stream, manifest):
    """Adds a limit to the stream's endpoint, and the part of the language that copes with it."""
    given = stream["retriever"]["requester"].get("request_parameters")
    if isinstance(given, dict):
        # Chunks of properties are not counted there: neither is a page made smaller, nor a slice.
        given.pop("fields", None)
    maker.pick(page_size, page_size, window, window, reset, reset_by_count, reset_by_count, budget)(maker, stream, manifest)


def react(maker, stream, action, **rule):
    """The endpoint refuses by the rule, and the stream's error handler answers with the action."""
    requester = stream["retriever"]["requester"]
    maker.endpoints[stream["name"]]["refusals"] = [{"status": 413, "code": "too_much", "message": "too much at once", "each": "request", "of": 1, "times": 99, **rule}]
    # A first handler without a filter that matches decides there.
    how = maker.pick({"http_codes": [413]}, {"http_codes": [400, 413]}, {"error_message_contains": "too much"} if maker.endpoints[stream["name"]]["decoder"] == "json" and not maker.endpoints[stream["name"]]["packed"] else {"http_codes": [413]})
    handler = {"type": "DefaultErrorHandler", "response_filters": [{"type": "HttpResponseFilter", "action": action, **how}]}
    other = {"type": "DefaultErrorHandler", "response_filters": [{"type": "HttpResponseFilter", "action": "IGNORE", "http_codes": [404]}]}
    requester["error_handler"] = maker.pick(handler, handler, {"type": "CompositeErrorHandler", "error_handlers": [handler, other]})
    # Nothing is asked for a second time that an answer was kept for.
    requester.pop("use_cache", None)


def json_pages(maker, stream):
    """An endpoint with pages, whatever the stream had before."""
    endpoint, retriever = maker.endpoints[stream["name"]], stream["retriever"]
    path = maker.pick(["items"], ["data", "rows"])
    endpoint.update(decoder="json", packed=None, field_path=path, count=14, first_page=0)
    retriever.pop("decoder", None)
    retriever["record_selector"]["extractor"] = {"type": "DpathExtractor", "field_path": path}
    return endpoint, retriever


def page_size(maker, stream, manifest):
    endpoint, retriever = json_pages(maker, stream)
    size = maker.pick(4, 7, 10)
    strategy = maker.pick(
        {"type": "OffsetIncrement", "page_size": size}, {"type": "OffsetIncrement", "page_size": size, "inject_on_first_request": True},
        {"type": "CursorPagination", "page_size": size, "cursor_value": "{{ response.meta.next }}", "stop_condition": "{{ not response.meta.more }}"},
        {"type": "CursorPagination", "page_size": size, "cursor_value": "{{ last_record['id'] }}", "stop_condition": "{{ last_page_size < page_size }}"},
        {"type": "PageIncrement", "page_size": size},
    )
    token = "after" if strategy["type"] == "CursorPagination" else "offset" if strategy["type"] == "OffsetIncrement" else "page"
    retriever["paginator"] = {"type": "DefaultPaginator", "pagination_strategy": strategy, "page_size_option": maker.option(retriever["requester"], "limit"), "page_token_option": maker.option(retriever["requester"], token)}
    retriever["page_size_reduction"] = {
        "type": "PageSizeReduction", "backoff_seconds": 0, **maker.pick({}, {"reduction_factor": 3}, {"reduction_factor": 1.5}), **maker.pick({}, {"minimum_page_size": 2}), **maker.pick({}, {"max_attempts": 2}),
        **maker.pick({}, {"reset_policy": "AFTER_SUCCESSFUL_PAGE"}), **maker.pick({}, {"retries_at_minimum_page_size": 1}), **maker.pick({}, {"failure_message": "Still too large"}),
    }
    react(maker, stream, "REDUCE_PAGE_SIZE", **maker.pick({"size_over": 3}, {"size_over": 5}, {"size_over": 2, "of": 2}, {"size_over": 0, "of": 3}))


def plain_cursor(maker, stream):
    """A cursor with windows in the requests."""
    endpoint, requester = maker.endpoints[stream["name"]], stream["retriever"]["requester"]
    written = maker.pick("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d", "%s", "%Y-%m-%dT%H:%M:%S.%fZ")
    endpoint.update(dates={"asked": written, "written": written, "number": False, "gaps": False}, ignores_window=False, newest_first=False)
    cursor = stream["incremental_sync"] = {
        "type": "DatetimeBasedCursor", "cursor_field": "updated", "datetime_format": written, "start_datetime": {"type": "MinMaxDatetime", "datetime": "{{ config['start'] }}", "datetime_format": "%Y-%m-%d"},
        "cursor_granularity": "P1D" if written == "%Y-%m-%d" else "PT1S", "start_time_option": maker.option(requester, "since"), "end_time_option": maker.option(requester, "until"),
    }
    cursor["step"] = maker.pick("P10D", "P30D", "P1M")
    if isinstance(requester.get("request_parameters"), dict):
        for name in ("since", "until"):
            requester["request_parameters"].pop(name, None)
    # What is done to the field of the cursor is another matter.
    stream.pop("transformations", None)
    return cursor


def window(maker, stream, manifest):
    endpoint, retriever = json_pages(maker, stream)
    cursor = plain_cursor(maker, stream)
    cursor.update(maker.pick({}, {}, {"lookback_window": "P2D"}, {"is_compare_strictly": True}))
    retriever["request_window_splitting"] = {"type": "RequestWindowSplitting", **maker.pick({}, {"min_split_window": "P2D"}, {"min_split_window": "PT12H"}), **maker.pick({}, {"failure_message": "Too wide"})}
    react(maker, stream, "SPLIT_REQUEST_WINDOW", **maker.pick({"days_over": 6}, {"days_over": 3}, {"days_over": 2, "of": 2}))


def reset(maker, stream, manifest):
    """Pages that end in the middle: from the start again, or from the last cursor value on."""
    json_pages(maker, stream)
    retriever = stream["retriever"]
    action = maker.pick("RESET", "SPLIT_USING_CURSOR")
    if action == "SPLIT_USING_CURSOR":
        plain_cursor(maker, stream)
        unpartitioned(maker, stream)
    retriever["paginator"] = {"type": "DefaultPaginator", "pagination_strategy": {"type": "OffsetIncrement", "page_size": 3}, "page_token_option": maker.option(retriever["requester"], "offset"), "page_size_option": maker.option(retriever["requester"], "limit")}
    retriever["pagination_reset"] = {"type": "PaginationReset", "action": action}
    react(maker, stream, "RESET_PAGINATION", deeper_than=maker.pick(3, 6), **({"times": 1} if action == "RESET" else {}))


def reset_by_count(maker, stream, manifest):
    json_pages(maker, stream)
    plain_cursor(maker, stream)
    retriever = stream["retriever"]
    unpartitioned(maker, stream)
    retriever["record_selector"].pop("record_filter", None)
    maker.endpoints[stream["name"]]["refusals"] = []
    retriever["paginator"] = {"type": "DefaultPaginator", "pagination_strategy": {"type": "PageIncrement", "page_size": 2}, "page_token_option": maker.option(retriever["requester"], "page"), "page_size_option": maker.option(retriever["requester"], "limit")}
    retriever["pagination_reset"] = {"type": "PaginationReset", "action": "SPLIT_USING_CURSOR", "limits": {"type": "PaginationResetLimits", "number_of_records": maker.pick(3, 4, 5)}}


def budget(maker, stream, manifest):
    """Policies of every kind, and matchers that fit, or do not; the limits are far away."""
    matchers = maker.pick(
        [], [{"url_path_pattern": f"/{stream['name']}.*"}], [{"method": "GET"}, {"method": "POST"}], [{"url_base": maker.url}], [{"url_base": "http://example.com", "weight": 2}],
        [{"params": {"p_fixed": "x y"}, "headers": {"accept": "application/json"}}], [{"method": "GET", "url_path_pattern": "^/s[0-9]", "weight": "{{ config['count'] }}"}],
    )
    policy = maker.pick(
        {"type": "MovingWindowCallRatePolicy", "rates": [{"limit": maker.pick(10000, "{{ config['count'] * 1000 }}", "5000"), "interval": "PT1H"}]}, {"type": "FixedWindowCallRatePolicy", "period": "PT1H", "call_limit": 10000}, {"type": "UnlimitedCallRatePolicy"},
    )
    manifest["api_budget"] = {"type": "HTTPAPIBudget", "policies": [{**policy, "matchers": [{"type": "HttpRequestRegexMatcher", **each} for each in matchers]}, {"type": "UnlimitedCallRatePolicy", "matchers": []}], **maker.pick({}, {"status_codes_for_ratelimit_hit": [429, 503]}, {"ratelimit_remaining_header": "x-left"})}

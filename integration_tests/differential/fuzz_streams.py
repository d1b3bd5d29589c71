"""Streams that are more than a retriever with a cursor: by job, by state, by condition, generated ones, shared definitions."""
import copy


def rarer(maker, manifest):
    """Changes a manifest so that it uses something that few do; gives it back."""
    change = maker.pick(plain, plain, by_state, on_condition, from_config, from_parameters, from_api, by_job, shared, shared, counted, by_properties, detected_schema)
    change(maker, manifest)
    return manifest


def plain(maker, manifest):
    pass


def by_state(maker, manifest):
    """Another address once there is a state."""
    stream = manifest["streams"][-1]
    later = copy.deepcopy(stream)
    key = "path" if "path" in later["retriever"]["requester"] else "url"
    later["retriever"]["requester"][key] += "/later"
    more = {"api_retention_period": "P10D"} if maker.maybe(0.5) and "incremental_sync" in stream and "partition_router" not in stream["retriever"] else {}
    manifest["streams"][-1] = {"type": "StateDelegatingStream", "name": stream["name"], "full_refresh_stream": stream, "incremental_stream": later, **more}


def on_condition(maker, manifest):
    *first, last = manifest["streams"]
    condition = maker.pick("{{ config['flag'] }}", "{{ config['mode'] == 'basic' }}", "{{ config.get('nothing') }}", "{{ config['count'] > 2 and not config['empty'] }}")
    manifest["streams"] = [*first, {"type": "ConditionalStreams", "condition": condition, "streams": [last]}]
    if not first:
        manifest["streams"].insert(0, maker.stream("s9"))
        manifest["check"]["stream_names"] = ["s9"]


def dynamic(manifest, resolver, more=None):
    template = manifest["streams"].pop()
    manifest["dynamic_streams"] = [{"type": "DynamicDeclarativeStream", "name": "made", "stream_template": template, "components_resolver": resolver, **(more or {})}]
    if not manifest["streams"]:
        del manifest["streams"]
        manifest["check"] = {"type": "CheckDynamicStream", "stream_count": 1}


def mapping(path, value, **more):
    return {"type": "ComponentMappingDefinition", "field_path": path, "value": value, **more}


def from_config(maker, manifest):
    dynamic(manifest, {
        "type": "ConfigComponentsResolver", "stream_config": {"type": "StreamConfig", "configs_pointer": ["tables"]},
        "components_mapping": [mapping(["name"], "made {{ components_values['title'] }}"), mapping(["retriever", "requester", "request_parameters", "p_made"], "{{ components_values['key'] }}", create_or_update=True)],
    })
    parameters(manifest)


def from_parameters(maker, manifest):
    dynamic(manifest, {
        "type": "ParametrizedComponentsResolver",
        "stream_parameters": {"type": "StreamParametersDefinition", "list_of_parameters_for_stream": [{"title": "x", "key": 1}, {"title": "y", "key": "02"}]},
        "components_mapping": [mapping(["name"], "{{ stream_parameters['title'] }}"), mapping(["retriever", "requester", "request_parameters", "p_made"], "{{ stream_parameters['key'] }}", create_or_update=True)],
    })
    parameters(manifest)


def from_api(maker, manifest):
    source = maker.stream("made", depth=2)
    source["retriever"].pop("partition_router", None)
    maker.endpoints["made"].update(count=3, refusals=[], numbers=False)
    if "incremental_sync" in source:
        # The list of streams has no slices.
        source = {"retriever": {**source["retriever"], "requester": {"type": "HttpRequester", "url_base": maker.url, "path": "made"}, "paginator": {"type": "NoPagination"}}}
    dynamic(manifest, {
        "type": "HttpComponentsResolver", "retriever": source["retriever"],
        "components_mapping": [mapping(["name"], "{{ components_values['id'] }}"), mapping(["retriever", "requester", "request_parameters", "p_made"], "{{ components_values['name'] | length }}")],
    })
    # This resolver only replaces what is there.
    parameters(manifest)["p_made"] = "0"


def parameters(manifest):
    """A mapping can only add to an object."""
    requester = manifest["dynamic_streams"][0]["stream_template"]["retriever"]["requester"]
    if not isinstance(requester.get("request_parameters"), dict):
        requester["request_parameters"] = {"p_first": "1"}
    return requester["request_parameters"]


def by_job(maker, manifest):
    """One stream's requests order reports instead."""
    stream = manifest["streams"][-1]
    retriever = stream["retriever"]
    requester = retriever["requester"]
    download = {"type": "HttpRequester", "url": "{{ download_target }}"}
    name = stream["name"]
    url = f"{maker.url}/job/{name}"
    stream["retriever"] = {
        "type": "AsyncRetriever",
        "creation_requester": {**requester, "url": url, "http_method": "POST"},
        "polling_requester": {"type": "HttpRequester", "url": url + "/{{ creation_response['id'] }}"},
        "download_requester": download,
        "status_extractor": {"type": "DpathExtractor", "field_path": ["status"]},
        "status_mapping": {"type": "AsyncJobStatusMap", "running": ["running"], "completed": ["done"], "failed": ["failed"], "timeout": []},
        "download_target_extractor": {"type": "DpathExtractor", "field_path": ["links"]},
        "download_extractor": retriever["record_selector"]["extractor"],
        "record_selector": retriever["record_selector"],
        **{key: retriever[key] for key in ("partition_router",) if key in retriever},
        **({"download_decoder": retriever["decoder"]} if "decoder" in retriever else {}),
    }
    creation = stream["retriever"]["creation_requester"]
    for key in ("url_base", "path", "error_handler", "use_cache"):
        creation.pop(key, None)
    maker.endpoints[name].update(refusals=[], dates=maker.endpoints[name]["dates"] and {**maker.endpoints[name]["dates"], "gaps": False})
    for key in ("is_data_feed", "is_client_side_incremental", "start_time_option", "end_time_option"):
        # Not looked at there for jobs, or sent otherwise.
        stream.get("incremental_sync", {}).pop(key, None)
    strip_request_options(retriever.get("partition_router"))


def strip_request_options(router):
    for one in router if isinstance(router, list) else [router] if router else []:
        one.pop("request_option", None)
        for config in one.get("parent_stream_configs", []):
            config.pop("request_option", None)
        strip_request_options(one.get("underlying_partition_router"))


def shared(maker, manifest):
    """References and $parameters in place of what is written out."""
    definitions = manifest["definitions"] = {"selectors": {}, "base": {"type": "DeclarativeStream", "$parameters": {"kind": "given", "record_filter": ""}}}
    for stream in manifest["streams"]:
        name, retriever = stream["name"], stream["retriever"]
        definitions["selectors"][name] = retriever["record_selector"]
        retriever["record_selector"] = {"$ref": f"#/definitions/selectors/{name}"} if maker.maybe(0.5) else f"#/definitions/selectors/{name}"
        del stream["type"]
        stream["$ref"] = "#/definitions/base"
        stream["$parameters"] = {"name": stream.pop("name"), "shown": "{{ config['mode'] }}"}
        requester = retriever["requester"]
        if isinstance(requester.get("request_parameters", {}), dict):
            requester["request_parameters"] = {**requester.get("request_parameters", {}), "p_kind_of": "{{ parameters['kind'] }}", "p_name": "{{ parameters.name }}", "p_shown": "{{ parameters['shown'] }}"}
    definitions["base"]["$parameters"].pop("record_filter")


def counted(maker, manifest):
    stream = manifest["streams"][-1]
    stream["retriever"].pop("partition_router", None)
    maker.endpoints[stream["name"]].update(dates=None, numbers=True)
    for key in ("since", "until"):
        parameters_ = stream["retriever"]["requester"].get("request_parameters")
        if isinstance(parameters_, dict):
            parameters_.pop(key, None)
    stream["incremental_sync"] = {
        "type": "IncrementingCountCursor", "cursor_field": "id", **maker.pick({}, {"start_value": 3}, {"start_value": "{{ config['count'] }}"}),
        **maker.pick({}, {"start_value_option": maker.option(stream["retriever"]["requester"], "p_from")}),
    }


def by_properties(maker, manifest):
    requester = manifest["streams"][-1]["retriever"]["requester"]
    # A number as merge key is a crash there.
    maker.endpoints[manifest["streams"][-1]["name"]]["numbers"] = False
    chunking = maker.pick({}, {"property_chunking": {"type": "PropertyChunking", "property_limit_type": maker.pick("property_count", "characters"), "property_limit": maker.pick(2, 12), "record_merge_strategy": {"type": "GroupByKeyMergeStrategy", "key": maker.pick("id", ["id"])}}})
    given = requester.get("request_parameters")
    requester["request_parameters"] = {
        **(given if isinstance(given, dict) else {}),
        "fields": {"type": "QueryProperties", "property_list": ["name", "amount", "tags", "updated"], **maker.pick({}, {"always_include_properties": ["id"]}), **chunking},
    }


def detected_schema(maker, manifest):
    stream = manifest["streams"][-1]
    maker.endpoints["types"] = {**maker.endpoints[stream["name"]], "count": 5, "dates": None, "refusals": [], "decoder": "json", "packed": None, "field_path": ["items"]}
    stream["schema_loader"] = {
        "type": "DynamicSchemaLoader",
        "retriever": {"type": "SimpleRetriever", "requester": {"type": "HttpRequester", "url_base": maker.url, "path": "types"}, "record_selector": {"type": "RecordSelector", "extractor": {"type": "DpathExtractor", "field_path": []}}},
        "schema_type_identifier": {
            "type": "SchemaTypeIdentifier", "schema_pointer": ["items"], "key_pointer": ["name"], "type_pointer": ["kind"],
            "types_mapping": [{"type": "TypesMap", "current_type": "yes", "target_type": "number"}, {"type": "TypesMap", "current_type": "integer", "target_type": ["string", "number"]}],
        },
    }

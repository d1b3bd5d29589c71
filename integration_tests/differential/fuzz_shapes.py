"""Partitions from several routers, states that releases before partitions wrote, and manifests in the shapes of older CDKs."""

DEFAULT_TYPES = {
    "requester": "HttpRequester", "record_selector": "RecordSelector", "extractor": "DpathExtractor", "record_filter": "RecordFilter", "response_filters": "HttpResponseFilter", "start_time_option": "RequestOption",
    "end_time_option": "RequestOption", "page_size_option": "RequestOption", "start_datetime": "MinMaxDatetime", "end_datetime": "MinMaxDatetime", "parent_stream_configs": "ParentStreamConfig", "stream": "DeclarativeStream",
    "streams": "DeclarativeStream", "retriever": "SimpleRetriever", "check": "CheckStream", "fields": "AddedFieldDefinition", "error_handler": "DefaultErrorHandler", "error_handlers": "DefaultErrorHandler", "spec": "Spec", "request_option": "RequestOption",
}


def reshaped(maker, stream, manifest):
    maker.pick(union, union, product, product, legacy_states, legacy_states, without_types, without_types, old_names)(maker, stream, manifest)


def unpartitioned(maker, stream):
    """Takes the router away, and what the address says of its partitions; gives the requester and the address's key."""
    stream["retriever"].pop("partition_router", None)
    stream.pop("state_migrations", None)
    requester = stream["retriever"]["requester"]
    key = "path" if "path" in requester else "url"
    requester[key] = stream["name"] if key == "path" else f"{maker.url}/{stream['name']}"
    return requester, key


def parents(maker, stream, field, number):
    parent = maker.stream(f"{stream['name']}q{number}", depth=2)
    # A dependency on a parent without a cursor is a crash there once the child has a state of the kind before partitions.
    depends = {"incremental_dependency": True} if "incremental_sync" in parent and maker.maybe(0.5) else {}
    return {"type": "SubstreamPartitionRouter", "parent_stream_configs": [{"type": "ParentStreamConfig", "stream": parent, "parent_key": "id", "partition_field": field, **depends, **maker.pick({}, {"extra_fields": [["name"]]})}]}


def values(maker, field):
    return {"type": "ListPartitionRouter", "cursor_field": field, "values": maker.pick(["a", "b"], "{{ config['ids'] }}", "['x', 'b']", ["1", "2", "1"])}


def union(maker, stream, manifest):
    """Values of several routers under one name, some of them twice."""
    inner = lambda: maker.pick(values(maker, "parent"), parents(maker, stream, "parent", 0))
    routers = [values(maker, "parent"), maker.pick(values(maker, "parent"), parents(maker, stream, "parent", 1), parents(maker, stream, "parent", 2))]
    if maker.maybe(0.3):
        routers.append({"type": "UnionPartitionRouter", "partition_field": "parent", "partition_routers": [values(maker, "parent"), inner()]})
    if maker.maybe(0.5):
        routers.reverse()
    requester, key = unpartitioned(maker, stream)
    requester[key] += maker.pick("/{{ stream_partition.parent }}", "/{{ stream_slice['parent'] }}", "/{{ stream_partition['parent'] }}/{{ stream_slice.extra_fields.get('name', 'none') if stream_slice.extra_fields else 'no' }}")
    router = {"type": "UnionPartitionRouter", "partition_field": "parent", "partition_routers": routers}
    stream["retriever"]["partition_router"] = maker.pick(router, router, [router, values(maker, "p_other")])


def product(maker, stream, manifest):
    """Every value with every other: two or three routers."""
    requester, key = unpartitioned(maker, stream)
    routers = [values(maker, "p_one"), maker.pick(values(maker, "p_two"), parents(maker, stream, "p_two", 0))]
    if maker.maybe(0.4):
        routers.append(maker.pick(values(maker, "p_three"), parents(maker, stream, "p_three", 1)))
    if maker.maybe(0.5):
        routers.reverse()
    requester[key] += "/{{ stream_partition.p_one }}/{{ stream_slice['p_two'] }}"
    routers[0].update({"request_option": maker.option(requester, "p_first")} if routers[0]["type"] == "ListPartitionRouter" else {})
    stream["retriever"]["partition_router"] = routers


def legacy_states(maker, stream, manifest):
    """A union, as partitions of a substream have a parent_slice that old states do not know."""
    union(maker, stream, manifest)
    requester = stream["retriever"]["requester"]
    if "incremental_sync" not in stream:
        stream["incremental_sync"] = maker.cursor(maker.endpoints[stream["name"]], requester)
    router = stream["retriever"]["partition_router"]
    if isinstance(router, dict):
        stream["state_migrations"] = [{"type": "LegacyToPerPartitionStateMigration"}]


def without_types(maker, stream, manifest):
    """Types that follow from where a component stands are left out, as people did by hand."""
    def strip(value, key):
        if isinstance(value, dict):
            for name, member in value.items():
                strip(member, name)
            if key in DEFAULT_TYPES and value.get("type") == DEFAULT_TYPES[key] and maker.maybe(0.7):
                del value["type"]
        elif isinstance(value, list):
            for each in value:
                strip(each, key)
    for name in ("streams", "check"):
        strip(manifest.get(name), name)


def old_names(maker, stream, manifest):
    """Members that went out of use and are still there in what was published."""
    manifest["version"] = maker.pick("0.29.0", "0.51.41", "1.0.0", "3.9.6", "5.16.0")
    requester = stream["retriever"]["requester"]
    stream["$parameters"] = {"name": stream["name"], "primary_key": "id", "path": "ignored", "url_base": "http://example.com"}
    requester.setdefault("name", stream["name"])
    stream["retriever"].update(maker.pick({}, {"name": stream["name"], "primary_key": "id"}))
    if maker.maybe(0.6):
        requester["authenticator"] = {"type": "ApiKeyAuthenticator", "header": "x-p_key", "api_token": "{{ config['key'] }}"}
    if isinstance(requester.get("request_parameters", {}), dict):
        requester["request_parameters"] = {**requester.get("request_parameters", {}), "p_options": "{{ parameters['name'] }}"}
    cursor = stream.get("incremental_sync", {})
    if isinstance(start := cursor.get("start_datetime"), dict) and "min_datetime" not in start and "max_datetime" not in start:
        cursor["start_datetime"] = "{{ format_datetime(config['start'], '%s') }}" % cursor["datetime_format"]
    if isinstance(stream.get("schema_loader"), dict):
        stream["schema_loader"] = maker.pick(stream["schema_loader"], {"type": "JsonFileSchemaLoader", "file_path": "./schemas/nothing.json"})

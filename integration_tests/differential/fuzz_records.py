"""What a generated stream does with its rows: extractors, filters, transformations, schemas, normalisation."""

PROPERTIES = {
    "id": {"type": ["integer", "string", "null"]}, "name": {"type": ["null", "string"]}, "amount": {"type": ["null", "number"]}, "active": {"type": ["null", "boolean"]},
    "tags": {"type": ["null", "array"], "items": {"type": "string"}}, "updated": {"type": ["null", "string"]}, "Nested Obj": {"type": ["null", "object"], "properties": {"cityName": {"type": "string"}}},
}


def records_of(maker, endpoint, retriever, stream):
    """Fills the retriever's record_selector; gives the other members of the stream."""
    pick, maybe = maker.pick, maker.maybe
    path = ["*" if part == "each" else part for part in endpoint["field_path"]]
    if endpoint["decoder"] == "xml":
        path = ["root", *path]
    extractor = {"type": "DpathExtractor", "field_path": path}
    if path and maybe(0.15):
        extractor["field_path"] = ["{{ 'data' if 'data' == '%s' else '%s' }}" % (path[0], path[0]), *path[1:]]
    if endpoint["decoder"] == "json" and maybe(0.12):
        extractor["record_expander"] = {"type": "RecordExpander", "expand_records_from_field": ["lines"], **pick({}, {"merge_parent": True}, {"remain_original_record": True}), **pick({}, {"on_no_records": "emit_parent"})}
    if endpoint["decoder"] == "json" and not endpoint["packed"] and maybe(0.08):
        extractor = {"type": "CombinedExtractor", "mode": "first_match", "extractors": [{"type": "DpathExtractor", "field_path": ["nowhere"]}, extractor]}
    selector = retriever["record_selector"] = {"type": "RecordSelector", "extractor": extractor}
    if maybe(0.25):
        selector["record_filter"] = {"type": "RecordFilter", "condition": pick(
            "{{ record['name'] != 'Ada' }}", "{{ record.get('amount') }}", "{{ record['id'] | string | length < 4 }}", "{{ record.get('tags') and 'a' in record['tags'] }}",
            "{{ not record.active or record.name }}", "{{ record.get('Nested Obj', {}).get('cityName') is not none }}", "{{ 1 }}",
        )}
        if maybe(0.3):
            selector["transform_before_filtering"] = True
    if maybe(0.2):
        selector["schema_normalization"] = "Default"
    made = {}
    if maybe(0.6):
        made["transformations"] = [transformation(maker, stream) for _ in range(pick(1, 1, 2, 3))]
    if maybe(0.7):
        made["schema_loader"] = {"type": "InlineSchemaLoader", "schema": {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "properties": {key: PROPERTIES[key] for key in PROPERTIES if maybe(0.9)}}}
    return made


def transformation(maker, stream):
    values = [
        "{{ record['id'] }}-{{ record.get('name') }}", "{{ record.get('amount', 0) }}", "{{ config['key'] }}", "{{ record | length }}", "{{ stream_slice.get('parent', 'none') }}", "{{ record['name'] | default('none', true) }}", "007", "{{ '007' }}",
        "{{ now_utc() }}", "{{ record['tags'] }}", "{{ record['Nested Obj'] }}", "{{ record.get('amount') | float + 0.1 }}", "{{ [record['id'], 'a'] }}", "{{ {'k': record['name']} }}", "{{ record['name'] | hash }}", "{{ stream_slice.extra_fields }}",
        "{{ timestamp('2024-06-01T00:00:00Z') }}", "{{ format_datetime('2024-06-01', '%d.%m.%Y') }}", "{{ record['missing'] }}", "{{ record.name.strip() if record.name else 5 }}", "{{ (record.get('amount', 0) | int) / 4 + 0.1 }}", "true", "{{ none }}", "",
    ]
    path = maker.pick(["extra"], ["deep", "er", "x"], ["Nested Obj", "added"], ["name"], ["tags_copy", "0"], ["id_copy"])
    add = {"type": "AddFields", "fields": [{"type": "AddedFieldDefinition", "path": path, "value": maker.pick(*values), **({"value_type": kind} if (kind := maker.pick(None, None, "string", "integer", "number", "boolean")) else {})}]}
    if maker.maybe(0.15):
        add["condition"] = maker.pick("{{ record['active'] }}", "{{ record.get('amount', 0) == 1 }}", "{{ value }}")
    return maker.pick(
        add, add, add, {"type": "RemoveFields", "field_pointers": maker.pick([["tags"]], [["Nested Obj", "geo"], ["nothing"]], [["*", "geo"]])},
        {"type": "KeysToLower"}, {"type": "KeysToSnakeCase"}, {"type": "FlattenFields", **maker.pick({}, {"flatten_lists": False})},
        {"type": "DpathFlattenFields", "field_path": ["Nested Obj"], **maker.pick({}, {"delete_origin_value": True}, {"key_transformation": {"type": "KeyTransformation", "prefix": "n_"}}, {"replace_record": True})},
        {"type": "KeysReplace", "old": maker.pick("a", " ", "Name"), "new": maker.pick("_", "x", "{{ config['mode'] }}")},
    )

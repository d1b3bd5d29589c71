"""Compares our cursors, partition routers and states with those of the reference CDK, on random configurations.

Run with a Python that has airbyte-cdk:  python integration_tests/differential/slices_diff.py [count] [seed]
Each case is a cursor model, a router model, a state and a script (pull a slice, observe a record, close a slice, fail
one). Both sides play the script; slices, request options, filter decisions and states must be equal. Ends with the line
`slices: N compared, N different` and a non-zero exit code when something differs.

Deliberate differences, which the generated cases stay away from (reasons: docs of the slices room):
- duplicated partitions are read once, also when the first one is already closed
- 0 and false are injected by request options
- the global cursor is compared as a date, not as text (formats that do not sort as text are not used with routers)
- the windows of a state with intervals are fixed when the first one is taken; the reference looks at the state again
  after each window, and generates some twice or fails when slices are closed in between
- two windows with the same text (coarse formats, lookback over a gap) keep their newest records apart
- the state of an IncrementingCountCursor is never below the start
- a parent that cannot read the cursor that its child lends it is read from its start; the reference fails
- a partition without any window does not hold back the parent's state (states in between are not compared then)
- a state never moves past a first window of one unit that is not closed; the reference's does (states of cursors whose step is
  one unit of their granularity are then not compared)
- our own format is tried before cursor_datetime_formats when a state or slice is read
"""
import json
import logging
import os
import random
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

import isodate
from airbyte_cdk.sources.connector_state_manager import ConnectorStateManager
from airbyte_cdk.sources.declarative.incremental import concurrent_partition_cursor
from airbyte_cdk.sources.declarative.migrations.legacy_to_per_partition_state_migration import LegacyToPerPartitionStateMigration
from airbyte_cdk.sources.declarative.models import declarative_component_schema as models
from airbyte_cdk.sources.declarative.parsers.model_to_component_factory import ModelToComponentFactory
from airbyte_cdk.sources.declarative.partition_routers.cartesian_product_stream_slicer import CartesianProductStreamSlicer
from airbyte_cdk.sources.declarative.partition_routers.grouping_partition_router import GroupingPartitionRouter
from airbyte_cdk.sources.declarative.partition_routers.substream_partition_router import ParentStreamConfig, SubstreamPartitionRouter
from airbyte_cdk.sources.declarative.partition_routers.union_partition_router import UnionPartitionRouter
from airbyte_cdk.sources.declarative.requesters.request_options.datetime_based_request_options_provider import DatetimeBasedRequestOptionsProvider
from airbyte_cdk.sources.declarative.requesters.request_options.per_partition_request_option_provider import PerPartitionRequestOptionsProvider
from airbyte_cdk.sources.declarative.datetime.datetime_parser import DatetimeParser
from airbyte_cdk.sources.message import NoopMessageRepository
from airbyte_cdk.sources.streams.concurrent.cursor import FinalStateCursor
from airbyte_cdk.sources.streams.concurrent.state_converters import datetime_stream_state_converter
from airbyte_cdk.sources.types import Record, StreamSlice

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2024, 3, 1, 12, 34, 56, 789000, tzinfo=timezone.utc)
PARSER = DatetimeParser()
logging.disable(logging.CRITICAL)
datetime_stream_state_converter.ab_datetime_now = lambda: NOW
# A sync takes a second on both sides, however busy the machine is.
concurrent_partition_cursor.Timer.finish = lambda self: 1

# format, granularities, formats of records that cannot be mistaken for it, sorts as text
FORMATS = [
    ("%Y-%m-%d", ["P1D"], ["%Y-%m-%dT%H:%M:%SZ"], True),
    ("%Y-%m-%dT%H:%M:%SZ", ["PT1S", "PT1M"], ["%Y-%m-%d", "%s"], True),
    ("%Y-%m-%dT%H:%M:%S%z", ["PT1S"], ["%Y-%m-%dT%H:%M:%S.%f%z"], True),
    ("%Y-%m-%dT%H:%M:%S.%f%z", ["PT0.000001S", "PT0.001S", "PT1S"], ["%ms"], True),
    ("%Y-%m-%dT%H:%M:%S.%_msZ", ["PT0.001S"], ["%Y-%m-%d %H:%M:%S"], True),
    ("%Y-%m-%d %H:%M:%S", ["PT1S"], ["%Y-%m-%d"], True),
    ("%Y%m%d", ["P1D"], ["%Y-%m-%d"], True),
    ("%Y-%m", ["P1M"], ["%Y-%m-%d"], True),
    ("%s", ["PT1S"], ["%Y-%m-%d"], True),
    ("%ms", ["PT0.001S", "PT1S"], ["%Y-%m-%d"], True),
    ("%s_as_float", ["PT0.001S"], ["%Y-%m-%d"], False),
    ("%epoch_microseconds", ["PT0.000001S"], ["%Y-%m-%d"], True),
    ("%d/%m/%Y", ["P1D"], ["%Y-%m-%d"], False),
    ("%d %b %Y %I:%M %p", ["PT1M"], ["%Y-%m-%d"], False),
]
STEPS = ["P1D", "P7D", "P1W", "P10D", "P1M", "P3M", "P1Y", "PT36H", "P2DT3H", "P30D", "P2Y"]
DAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]


class Scripted:
    """A partition of a scripted parent stream."""

    def __init__(self, stream_slice, records, name):
        self._slice, self._records, self._name = stream_slice, records, name

    def to_slice(self):
        return self._slice

    def read(self):
        for record in self._records:
            yield Record(data=record, stream_name=self._name, associated_slice=self._slice)


class ScriptedStream:
    def __init__(self, name, cursor, slicer, records):
        self.name, self.cursor, self._slicer, self._records = name, cursor, slicer, records

    def generate_partitions(self):
        for index, stream_slice in enumerate(self._slicer.stream_slices()):
            records = self._records[index % len(self._records)] if self._records else []
            yield Scripted(stream_slice, records, self.name)


def factory():
    return ModelToComponentFactory()


def build_parent(model, config, child_state):
    stream = model["stream"]
    stream_model = models.DeclarativeStream.parse_obj(
        {
            "type": "DeclarativeStream",
            "name": stream["name"],
            "incremental_sync": stream.get("incremental_sync"),
            "retriever": {
                "type": "SimpleRetriever",
                "requester": {"type": "HttpRequester", "url": "https://example.com"},
                "record_selector": {"type": "RecordSelector", "extractor": {"type": "DpathExtractor", "field_path": []}},
            },
        }
    )
    config_model = models.ParentStreamConfig.construct(
        incremental_dependency=model.get("incremental_dependency", False), stream=stream_model
    )
    child_state = {k: v for k, v in child_state.items() if k != "__ab_no_cursor_state_message"}
    manager = factory()._instantiate_parent_stream_state_manager(
        child_state, config, config_model, child_state if model.get("incremental_dependency") and child_state else None
    )
    state = dict(manager.get_stream_state(stream["name"], None))
    router = build_router(stream.get("partition_router"), config, state)
    cursor, slicer = build_cursor(stream.get("incremental_sync"), router, config, state)
    request_option = None
    if model.get("request_option"):
        request_option = factory().create_component(models.RequestOption, dict(model["request_option"]), config)
    return ParentStreamConfig(
        stream=ScriptedStream(stream["name"], cursor, slicer, stream["records"]),
        parent_key=model["parent_key"],
        partition_field=model["partition_field"],
        config=config,
        parameters={},
        extra_fields=model.get("extra_fields"),
        request_option=request_option,
        incremental_dependency=model.get("incremental_dependency", False),
    )


def build_router(model, config, state):
    if model is None:
        return None
    if isinstance(model, list):
        return CartesianProductStreamSlicer([build_router(each, config, state) for each in model], parameters={})
    if model["type"] == "SubstreamPartitionRouter":
        parents = [build_parent(each, config, state) for each in model["parent_stream_configs"]]
        return SubstreamPartitionRouter(parent_stream_configs=parents, parameters={}, config=config)
    if model["type"] == "GroupingPartitionRouter":
        return GroupingPartitionRouter(
            group_size=model["group_size"],
            underlying_partition_router=build_router(model["underlying_partition_router"], config, state),
            deduplicate=model.get("deduplicate", True),
            config=config,
        )
    if model["type"] == "UnionPartitionRouter":
        routers = [build_router(each, config, state) for each in model["partition_routers"]]
        return UnionPartitionRouter(partition_routers=routers, partition_field=model["partition_field"], parameters={})
    return factory().create_component(models.ListPartitionRouter, dict(model), config)


class OneSlice:
    def stream_slices(self):
        yield StreamSlice(partition={}, cursor_slice={})


def build_cursor(model, router, config, state):
    """The cursor, and what generates the slices."""
    if model is None:
        cursor = FinalStateCursor("test", None, NoopMessageRepository())
        return cursor, router or OneSlice()
    common = dict(component_definition=dict(model), stream_name="test", stream_namespace=None, config=config, stream_state=state)
    if model["type"] == "IncrementingCountCursor":
        if router:
            raise ValueError("not supported")
        cursor = factory().create_concurrent_cursor_from_incrementing_count_cursor(model_type=models.IncrementingCountCursor, **common)
    elif router:
        cursor = factory().create_concurrent_cursor_from_perpartition_cursor(
            state_manager=ConnectorStateManager(),
            model_type=models.DatetimeBasedCursor,
            partition_router=router,
            attempt_to_create_cursor_if_not_provided=True,
            **common,
        )
    else:
        cursor = factory().create_concurrent_cursor_from_datetime_based_cursor(model_type=models.DatetimeBasedCursor, **common)
    cursor._message_repository = NoopMessageRepository()
    return cursor, cursor


def options_provider(model, router, config):
    if model is None:
        return router
    option = lambda name: factory().create_component(models.RequestOption, dict(model[name]), config) if model.get(name) else None
    if model["type"] == "IncrementingCountCursor":
        return DatetimeBasedRequestOptionsProvider(config=config, parameters={}, start_time_option=option("start_value_option"), partition_field_start="start")
    provider = DatetimeBasedRequestOptionsProvider(
        config=config,
        parameters={},
        start_time_option=option("start_time_option"),
        end_time_option=option("end_time_option"),
        partition_field_start=model.get("partition_field_start"),
        partition_field_end=model.get("partition_field_end"),
    )
    return PerPartitionRequestOptionsProvider(router, provider) if router else provider


def run(case):
    config, state = case["config"], json.loads(json.dumps(case["state"]))
    out = {"slices": [], "synced": [], "states": [], "splits": []}
    if case["migrate"]:
        parsed = models.SubstreamPartitionRouter.parse_obj(as_parsable(case["router"]))
        migration = LegacyToPerPartitionStateMigration(parsed, models.DatetimeBasedCursor.parse_obj(case["cursor"]), config, {})
        return {**out, "migrated": migration.migrate(state) if migration.should_migrate(state) else state}
    router = build_router(case["router"], config, state)
    cursor, slicer = build_cursor(case["cursor"], router, config, state)
    provider = options_provider(case["cursor"], router, config)
    snapshot = lambda: out["states"].append(json.loads(json.dumps(cursor.state)))
    snapshot()
    generator = iter(slicer.stream_slices())
    opened, flags = [], {"exhausted": False, "pulled": 0}

    def pull():
        if flags["exhausted"] or flags["pulled"] >= case["maxSlices"]:
            return None
        try:
            stream_slice = next(generator)
        except StopIteration:
            flags["exhausted"] = True
            return None
        flags["pulled"] += 1
        calls = ("get_request_params", "get_request_headers", "get_request_body_data", "get_request_body_json")
        out["slices"].append(
            {
                "partition": unwrap(stream_slice.partition),
                "window": unwrap(stream_slice.cursor_slice),
                "extra": unwrap(stream_slice.extra_fields),
                "options": [unwrap(getattr(provider, call)(stream_slice=stream_slice)) if provider else {} for call in calls],
            }
        )
        # The reference fails on a granularity of months.
        can_split = case["cursor"] and case["cursor"].get("cursor_granularity") not in (None, "P1M") and not case["cursor"].get("is_client_side_incremental")
        halves = cursor.split_request_window(stream_slice) if can_split else None
        out["splits"].append([unwrap(half.cursor_slice) for half in halves or []])
        return stream_slice

    for step in case["script"]:
        if step["op"] == "pull":
            stream_slice = pull()
            if stream_slice is not None:
                opened.append(stream_slice)
            continue
        if not opened:
            continue
        at = step["index"] % len(opened)
        if step["op"] == "observe":
            record = Record(data=step["record"], stream_name="test", associated_slice=opened[at])
            out["synced"].append(cursor.should_be_synced(record))
            cursor.observe(record)
            continue
        stream_slice = opened.pop(at)
        if step["op"] == "close":
            cursor.close_partition(Scripted(stream_slice, [], "test"))
            snapshot()
    while (stream_slice := pull()) is not None:
        opened.append(stream_slice)
    for stream_slice in opened:
        cursor.close_partition(Scripted(stream_slice, [], "test"))
    if flags["exhausted"]:
        cursor.ensure_at_least_one_state_emitted()
    snapshot()
    return {**out, "exhausted": flags["exhausted"]}


def as_parsable(router):
    """The scripted parents as streams that the reference's models accept."""
    copy = json.loads(json.dumps(router))
    for parent in copy["parent_stream_configs"]:
        parent["stream"] = {
            "type": "DeclarativeStream",
            "name": parent["stream"]["name"],
            "retriever": {
                "type": "SimpleRetriever",
                "requester": {"type": "HttpRequester", "url": "https://example.com"},
                "record_selector": {"type": "RecordSelector", "extractor": {"type": "DpathExtractor", "field_path": []}},
            },
        }
    return copy


def unwrap(value):
    if isinstance(value, StreamSlice):
        return unwrap(dict(value.items()))
    if isinstance(value, dict):
        return {key: unwrap(item) for key, item in value.items()}
    if isinstance(value, list):
        return [unwrap(item) for item in value]
    return "inf" if value == float("inf") else value


# --- random cases -------------------------------------------------------------------------------------------------

def some_time(rng, first=datetime(2023, 11, 1, tzinfo=timezone.utc), last=NOW + timedelta(days=3)):
    moment = first + timedelta(seconds=rng.randrange(int((last - first).total_seconds())))
    if rng.random() < 0.3:
        moment = moment.replace(hour=0, minute=0, second=0)
    if rng.random() < 0.3:
        moment = moment.replace(day=1)
    return moment.replace(microsecond=rng.choice([0, 0, 1000, 999000, 123456]))


def text(rng, moment, datetime_format, offsets=True):
    if offsets and "%z" in datetime_format and rng.random() < 0.2:
        moment = moment.astimezone(timezone(timedelta(hours=rng.choice([2, -5]))))
    return PARSER.format(moment, datetime_format)


def some_option(rng, name):
    place = rng.choice(["request_parameter", "header", "body_data", "body_json"])
    if place == "body_json" and rng.random() < 0.5:
        return {"type": "RequestOption", "inject_into": place, "field_path": ["filter", name]}
    return {"type": "RequestOption", "inject_into": place, "field_name": name}


def some_cursor(rng, lexical=False, simple=False):
    datetime_format, granularities, record_formats, _ = rng.choice([each for each in FORMATS if each[3] or not lexical])
    model = {"type": "DatetimeBasedCursor", "cursor_field": rng.choice(["updated_at", "{{ config['field'] }}"]), "datetime_format": datetime_format}
    start = some_time(rng, last=datetime(2024, 2, 20, tzinfo=timezone.utc))
    bounded = lambda moment: {
        "type": "MinMaxDatetime",
        "datetime": PARSER.format(moment, "%Y-%m-%d"),
        "datetime_format": "%Y-%m-%d",
        **({"min_datetime": "2023-12-15"} if rng.random() < 0.5 else {}),
        **({"max_datetime": "2024-02-25"} if rng.random() < 0.5 else {}),
    }
    model["start_datetime"] = bounded(start) if rng.random() < 0.2 else PARSER.format(start, datetime_format)
    if rng.random() < 0.4:
        end = some_time(rng, first=datetime(2024, 1, 1, tzinfo=timezone.utc))
        model["end_datetime"] = bounded(end) if rng.random() < 0.2 else PARSER.format(end, datetime_format)
    if rng.random() < 0.7:
        model["step"] = rng.choice(["P{{ config['days'] }}D", *STEPS]) if not simple else rng.choice(["P1M", "P1Y"])
        if datetime_format == "%Y-%m":
            # Windows of less than a month would have the same text, and the reference takes those for one.
            model["step"] = rng.choice(["P1M", "P3M", "P1Y"])
        model["cursor_granularity"] = rng.choice(granularities)
    if rng.random() < 0.3:
        model["cursor_datetime_formats"] = record_formats
    if rng.random() < 0.4:
        model["lookback_window"] = rng.choice(["P1D", "P1M", "PT5H", "P60D", "P1Y"])
    if rng.random() < 0.25:
        target = rng.choice(["DAY", "WEEK", "MONTH"])
        model["clamping"] = {"target": target, **({"target_details": {"weekday": rng.choice(DAYS)}} if target == "WEEK" else {})}
    for name in ("is_compare_strictly", "is_client_side_incremental"):
        if rng.random() < 0.2:
            model[name] = True
    if rng.random() < 0.3:
        model["partition_field_start"], model["partition_field_end"] = "from", "to"
    for name in ("start_time_option", "end_time_option"):
        if rng.random() < 0.4:
            model[name] = some_option(rng, name)
    return model


def cursor_value(rng, model, offsets=True):
    formats = model.get("cursor_datetime_formats", []) + [model["datetime_format"]]
    value = text(rng, some_time(rng), rng.choice(formats), offsets)
    return int(value) if value.isdigit() and len(value) > 8 and rng.random() < 0.5 else value


def some_record(rng, model, offsets):
    roll = rng.random()
    if model and model["type"] == "IncrementingCountCursor":
        return {"id": rng.randrange(10, 200)}
    if model is None or roll < 0.05:
        return {"id": rng.randrange(9)}
    return {"id": rng.randrange(9), "updated_at": "no date" if roll < 0.1 else cursor_value(rng, model, offsets)}


def some_plain_state(rng, model):
    own = lambda: text(rng, some_time(rng), model["datetime_format"])
    roll = rng.random()
    if roll < 0.3:
        return {}
    if roll < 0.75:
        return {"updated_at": own(), **({"other": 1} if rng.random() < 0.2 else {})}
    if roll < 0.8:
        return {"__ab_no_cursor_state_message": True}
    if model["datetime_format"] == "%Y-%m":
        return {}
    model.pop("lookback_window", None)
    bounds = sorted(some_time(rng) for _ in range(rng.choice([2, 4, 6])))
    intervals = []
    for start, end in zip(bounds[::2], bounds[1::2]):
        interval = {"start": PARSER.format(start, model["datetime_format"]), "end": PARSER.format(end, model["datetime_format"])}
        if rng.random() < 0.6:
            interval["most_recent_cursor_value"] = interval["end"]
        intervals.append(interval)
    return {"state_type": "date-range", "slices": intervals}


def some_list(rng, name, with_option=True):
    values = rng.sample(["a", "b", "c", "d e", "ü", "7", "x/y"], rng.randrange(1, 5))
    model = {"type": "ListPartitionRouter", "cursor_field": name, "values": values}
    if rng.random() < 0.2:
        model["values"] = "{{ config['numbers'] }}"
    if with_option and rng.random() < 0.5:
        model["request_option"] = some_option(rng, name)
    return model


def some_parent(rng, index, depth, with_option=True, name="parent_id", incremental=None):
    cursor = some_cursor(rng, lexical=True, simple=True) if rng.random() < 0.7 else None
    count = iter(range(1, 1000))
    records = [
        [
            {
                "id": f"{index}-{next(count)}" if rng.random() < 0.9 else None,
                "owner": {"id": 1000 * index + next(count), "name": "n"},
                "items": [{"id": 1}],
                **({"updated_at": cursor_value(rng, cursor)} if cursor else {}),
            }
            for _ in range(rng.choice([0, 1, 1, 2, 3]))
        ]
        for _ in range(40)
    ]
    stream = {"type": "DeclarativeStream", "name": f"parent_{index}", "records": records}
    if cursor:
        stream["incremental_sync"] = cursor
    if depth > 0:
        stream["partition_router"] = some_router(rng, depth - 1)
    model = {
        "type": "ParentStreamConfig",
        "stream": stream,
        "parent_key": rng.choice(["id", "id", "owner/id", "owner/id"]),
        "partition_field": name,
        "incremental_dependency": bool(cursor) and rng.random() < 0.6,
    }
    if rng.random() < 0.4:
        model["extra_fields"] = [["owner", "name"], ["missing"]]
    if with_option and rng.random() < 0.4:
        model["request_option"] = some_option(rng, name)
    return model


def some_substream(rng, depth, with_option=True, name="parent_id"):
    parents = [some_parent(rng, index, depth, with_option, name) for index in range(rng.choice([1, 1, 2]))]
    return {"type": "SubstreamPartitionRouter", "parent_stream_configs": parents}


def some_router(rng, depth=1):
    roll = rng.random()
    if roll < 0.35:
        return some_list(rng, "part")
    if roll < 0.75:
        return some_substream(rng, depth if rng.random() < 0.4 else 0)
    if roll < 0.87:
        under = some_list(rng, "part", False) if rng.random() < 0.5 else some_substream(rng, 0, False)
        return {"type": "GroupingPartitionRouter", "group_size": rng.choice([1, 2, 3]), "underlying_partition_router": under}
    routers = [some_list(rng, "part", False), some_substream(rng, 0, False, "part")]
    return {"type": "UnionPartitionRouter", "partition_field": "part", "partition_routers": routers}


def has_nested_cursor(router):
    """A parent that is itself partitioned: its states in between are taken at other moments."""
    return "partition_router" in json.dumps(router)


def some_partition_state(rng, model, router):
    roll = rng.random()
    value = lambda: text(rng, some_time(rng), model["datetime_format"], offsets=False)
    if roll < 0.3:
        return {}
    if roll < 0.4:
        return {"updated_at": value()}
    state = {"use_global_cursor": roll > 0.85, "state": {"updated_at": value()}, "lookback_window": rng.choice([0, 0, 5, 4000])}
    if rng.random() < 0.1:
        del state["state"]
    if not state["use_global_cursor"]:
        partitions = [{"part": part} for part in rng.sample(["a", "b", "zz"], 2)]
        partitions += [{"parent_slice": {}, "parent_id": "0-1"}, {"part": 7, "x": {"b": 1, "a": [None, True]}}]
        state["states"] = [{"partition": each, "cursor": {"updated_at": value()}} for each in partitions]
    if isinstance(router, dict) and router["type"] == "SubstreamPartitionRouter" and rng.random() < 0.5:
        parent = router["parent_stream_configs"][0]
        sync = parent["stream"].get("incremental_sync")
        if sync and not parent["stream"].get("partition_router"):
            state["parent_state"] = {"parent_0": {"updated_at": text(rng, some_time(rng), sync["datetime_format"])}}
    return state


def some_script(rng, model, fail, offsets):
    steps = []
    for _ in range(rng.randrange(4, 30)):
        op = rng.choices(["pull", "observe", "close", "fail"], [4, 4, 3, 1 if fail else 0])[0]
        steps.append({"op": op, "index": rng.randrange(100), "record": some_record(rng, model, offsets)})
    return steps


def some_case(rng):
    case = {
        "nowMs": int(NOW.timestamp() * 1000),
        "config": {"field": "updated_at", "days": 9, "numbers": [5, 6]},
        "cursor": None,
        "router": None,
        "state": {},
        "maxSlices": 60,
        "migrate": False,
    }
    roll = rng.random()
    if roll < 0.45:
        case["cursor"] = some_cursor(rng)
        case["state"] = some_plain_state(rng, case["cursor"])
    elif roll < 0.5:
        case["cursor"] = {"type": "IncrementingCountCursor", "cursor_field": "id"}
        if rng.random() < 0.7:
            case["cursor"]["start_value"] = rng.choice([0, 10, "{{ config['days'] }}"])
        if rng.random() < 0.7:
            case["cursor"]["start_value_option"] = some_option(rng, "since")
        case["state"] = rng.choice([{}, {"id": 50}, {"id": 3}, {"other": 1}])
    elif roll < 0.6:
        case["router"] = rng.choice([some_router, lambda r: [some_list(r, "part"), some_list(r, "second"), some_substream(r, 0)]])(rng)
    elif roll < 0.63:
        case["cursor"], case["router"], case["migrate"] = some_cursor(rng, lexical=True), some_substream(rng, 0), True
        case["state"] = rng.choice([{}, {"1": {"updated_at": "x"}, "2": {"updated_at": "y"}}, {"1": {"other": "x"}}, {"states": []}, {"1": {"updated_at": 1, "b": 2}}, {"1": "x"}])
    else:
        case["cursor"] = some_cursor(rng, lexical=True)
        case["cursor"]["global_substream_cursor"] = rng.random() < 0.2
        case["router"] = some_router(rng) if rng.random() < 0.9 else [some_list(rng, "part"), some_list(rng, "second")]
        case["state"] = some_partition_state(rng, case["cursor"], case["router"])
    case["script"] = some_script(rng, case["cursor"], fail=rng.random() < 0.3, offsets=case["router"] is None)
    if "state_type" in case["state"]:
        pulls = [{"op": "pull", "index": 0, "record": {}}] * case["maxSlices"]
        case["script"] = pulls + [step for step in case["script"] if step["op"] != "pull"]
    return case


def comparable(case, answer):
    """What must be equal: without the parents' states where ours are taken at other moments."""
    if "error" in answer:
        return {"error": True}
    if case["router"] is None or not case["cursor"]:
        return answer
    states = [dict(state) for state in answer["states"]]
    every_partition_has_windows = case["state"] == {} and not case["cursor"].keys() & {"end_datetime", "clamping"}
    is_complete = answer.get("exhausted") and all(step["op"] != "fail" for step in case["script"])
    for at, state in enumerate(states):
        if has_nested_cursor(case["router"]) or not (every_partition_has_windows or (is_complete and at == len(states) - 1)):
            state.pop("parent_state", None)
    return {**answer, "states": states}


def has_windows_of_one_unit(node):
    """Whether a cursor of the case, or of a parent in it, reads one unit of its granularity at a time."""
    if isinstance(node, list):
        return any(has_windows_of_one_unit(each) for each in node)
    if not isinstance(node, dict):
        return False
    if node.get("type") == "DatetimeBasedCursor" and "step" in node:
        day = datetime(2024, 1, 1)
        if day + isodate.parse_duration(node["step"]) <= day + isodate.parse_duration(node["cursor_granularity"]):
            return True
    return any(has_windows_of_one_unit(each) for each in node.values())


def without_states(answer):
    return {key: value for key, value in answer.items() if key != "states"}


def bundle(directory):
    target = os.path.join(directory, "slices_side.mjs")
    subprocess.run(
        [str(ROOT / "node_modules/.bin/esbuild"), str(ROOT / "integration_tests/differential/slices_side.ts"), "--bundle", "--platform=node", "--format=esm",
         "--log-level=error", f"--outfile={target}", "--banner:js=import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"],
        check=True,
    )
    return target


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    rng = random.Random(seed)
    cases = [some_case(rng) for _ in range(count)]
    with tempfile.TemporaryDirectory() as directory:
        lines = "".join(json.dumps(case) + "\n" for case in cases)
        side = subprocess.run(["node", bundle(directory)], input=lines, capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in side.stdout.splitlines()]
    assert len(answers) == len(cases), f"{len(answers)} answers to {len(cases)} cases"
    different = errors = skipped = passed_over = 0
    for index, (case, ours) in enumerate(zip(cases, answers)):
        try:
            theirs = run(case)
        except Exception as error:  # what the reference throws is part of its behaviour
            theirs = {"error": f"{type(error).__name__}: {error}"}
        errors += "error" in theirs
        a, b = comparable(case, theirs), comparable(case, ours)
        if theirs.get("error", "").startswith(("ValueError: No format in", "OverflowError: date value")) and "error" not in ours:
            skipped += 1
            continue
        if a != b and without_states(a) == without_states(b) and has_windows_of_one_unit([case["cursor"], case["router"]]):
            passed_over += 1
            continue
        if a != b:
            different += 1
            if different <= 5:
                print(f"case {index}: cursor {json.dumps(case['cursor'])}\n  router {json.dumps(case['router'])[:1500]}\n  state {json.dumps(case['state'])}")
                if "error" in theirs or "error" in ours:
                    print("  reference", str(theirs.get("error", "ok"))[:300], "\n  ours     ", str(ours.get("error", "ok"))[:300])
                    continue
                for key in sorted(a.keys() | b.keys()):
                    if a.get(key) != b.get(key):
                        pairs = list(zip(a.get(key) or [], b.get(key) or [])) if isinstance(a.get(key), list) else [(a.get(key), b.get(key))]
                        first = next((pair for pair in pairs if pair[0] != pair[1]), (f"length {len(a.get(key) or [])}", f"length {len(b.get(key) or [])}"))
                        print(f"  {key}\n    reference {json.dumps(first[0])[:700]}\n    ours      {json.dumps(first[1])[:700]}")
    print(f"({errors} cases that the reference refuses; {skipped} of them because a parent cannot read the child's cursor)")
    print(f"({passed_over} cases in which the reference's state passes a first window that is not closed)")
    print(f"slices: {len(cases) - skipped} compared, {different} different")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()

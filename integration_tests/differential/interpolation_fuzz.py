"""Random templates, conditions, literals and dates, evaluated by the reference and by this connector, compared.

Usage: python interpolation_fuzz.py [--cases N] [--seed N] [--show N]
The interpreter must have the reference CDK (airbyte-cdk) installed. Exit code 1 when anything differs that is not listed
in KNOWN_DIFFERENCES.
"""
import argparse
import datetime as dt
import decimal
import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile
import warnings

import isodate
from dateutil import parser as dateutil_parser
from jinja2.exceptions import SecurityError, TemplateSyntaxError, UndefinedError

from airbyte_cdk.sources.declarative.datetime.datetime_parser import DatetimeParser
from airbyte_cdk.sources.declarative.interpolation import macros
from airbyte_cdk.sources.declarative.interpolation.interpolated_boolean import InterpolatedBoolean
from airbyte_cdk.sources.declarative.interpolation.jinja import JinjaInterpolation
from airbyte_cdk.utils.datetime_helpers import ab_datetime_parse

warnings.simplefilter("ignore")
ROOT = pathlib.Path(__file__).resolve().parents[2]
NOW = 1709294400000  # 2024-03-01T12:00:00Z

# What differs on purpose. A case is skipped when the rule says so; each rule counts its cases.
KNOWN_DIFFERENCES = {
    "not json": "Sets, bytes, `...`, infinity and complex numbers have no JSON form: ours keeps the rendered text.",
    "memory address": "Functions, generators and modules print an address in the reference.",
    "type error": "The reference swallows a TypeError and returns the template's source; ours is an error.",
    "branch variable": "A variable that is set in only one branch of an if is undeclared in the reference; ours accepts it.",
    "markup": "`escape`, `safe` and `tojson` return Markup in the reference, which is not escaped again; ours are plain texts.",
    "epoch float": "The reference formats %ms and %epoch_microseconds through a float and loses a unit at times; ours is exact.",
    "year below 1000": "glibc prints the year 33 as `33`; ours always writes four digits, which strptime can read again.",
    "lenient types": "Where the reference has a TypeError, and so the template's source, ours takes more types.",
    "strict iso": "isoparse takes a lone last digit, a sign or a blank for a number; ours wants all digits.",
    "test before if": "`a is none if b` is a syntax error in Jinja, which takes `if` for the argument of the test.",
    "surrogates": "Two escapes that make one character are two broken characters in the reference, and the character in ours.",
    "pprint": "The reference breaks lines at 80 characters; ours prints one line.",
    "constant slice": "A slice of a constant that has none is undefined in Jinja, which computes constants early; ours is a type error as for variables.",
    "failing condition": "A condition with a type error is true, as in the reference; some of our type errors are other errors there, which it refuses.",
    "epoch of offset": "`%s` of strftime ignores the offset in the reference; ours is the instant.",
    "lenient date": "Dates that the reference fills up with today's date, or reads by guess; ours refuses or reads them in one way.",
}


# ---------------------------------------------------------------------------------------------- the reference's half
class _FixedMeta(type(dt.datetime)):
    def __instancecheck__(cls, instance):
        return isinstance(instance, REAL_DATETIME)


REAL_DATETIME = dt.datetime


class _FixedDatetime(REAL_DATETIME, metaclass=_FixedMeta):
    @classmethod
    def now(cls, tz=None):
        return REAL_DATETIME.fromtimestamp(NOW / 1000, tz=tz)


class _FixedModule:
    datetime = _FixedDatetime
    date, timedelta, timezone = dt.date, dt.timedelta, dt.timezone


macros.datetime = _FixedModule
ENGINE = JinjaInterpolation()


class NotJson(Exception):
    pass


def plain(value):
    """A value as JSON, ints and floats as numbers."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise NotJson()
        return value
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        result = {}
        for key, item in value.items():
            if not (key is None or isinstance(key, (str, int, float, bool))):
                raise NotJson()
            if isinstance(key, float) and not math.isfinite(key):
                raise NotJson()
            name = key if isinstance(key, str) else json.dumps(key)
            result[name] = plain(item)
        return result
    raise NotJson()


def reference(case):
    kind, source, fmt = case["kind"], case["source"], case.get("format")
    try:
        if kind == "template":
            return template(source, case["context"])
        if kind == "condition":
            context = json.loads(json.dumps(case["context"]))
            config, parameters = context.pop("config", {}), context.pop("parameters", {})
            render = template(source, case["context"])
            if render.get("refused") not in (None, "undefined"):
                return render
            return {"value": InterpolatedBoolean(source, parameters=parameters).eval(config, **json.loads(json.dumps(context)))}
        if kind == "strptime":
            return {"text": dt.datetime.strptime(source, fmt).isoformat()}
        if kind == "strftime":
            when = dateutil_parser.isoparse(source)
            if when.tzinfo:
                when = when.replace(tzinfo=dt.timezone(when.utcoffset()))
            return {"text": when.strftime(fmt)}
        if kind == "parse":
            return {"text": DatetimeParser().parse(source, fmt).isoformat()}
        if kind == "format":
            return {"text": DatetimeParser().format(dateutil_parser.isoparse(source).replace(tzinfo=dt.timezone.utc), fmt)}
        if kind == "iso":
            return {"text": dateutil_parser.isoparse(source).isoformat()}
        if kind == "any":
            return {"text": ab_datetime_parse(source).isoformat()}
        if kind == "duration":
            return duration(source)
    except Exception as error:  # noqa: BLE001 - whatever the reference raises is a refusal
        return {"refused": type(error).__name__, "message": str(error)[:200]}


def duration(source):
    value = isodate.parse_duration(source)
    start = REAL_DATETIME(2024, 1, 31, 12, tzinfo=dt.timezone.utc)
    micro = dt.timedelta(microseconds=1)
    number = lambda d: str(int(d)) if d == int(d) else str(float(d))  # noqa: E731
    if isinstance(value, dt.timedelta):
        text = str(value // micro)
    else:
        text = f"{number(value.years)}/{number(value.months)}/{value.tdelta // micro}"
    return {"text": f"{value} {text} {(start + value).isoformat()} {(start - value).isoformat()}"}


def template(source, context):
    context = json.loads(json.dumps(context))
    for alias in ("stream_interval", "stream_partition"):
        if "stream_slice" in context:
            context[alias] = context["stream_slice"]
    try:
        undeclared = JinjaInterpolation._find_undeclared_variables(source)
        missing = {name for name in undeclared if name not in context}
        if missing:
            return {"refused": "undeclared", "message": str(missing)}
        rendered = JinjaInterpolation._compile(source).render(context)
    except TypeError as error:
        return {"refused": "type", "message": str(error)}
    except UndefinedError as error:
        return {"refused": "undefined", "message": str(error)}
    except TemplateSyntaxError as error:
        return {"refused": "syntax", "message": str(error)}
    except SecurityError as error:
        return {"refused": "forbidden", "message": str(error)}
    if rendered == "":
        return {"rendered": "", "value": "", "text": ""}
    value = ENGINE._literal_eval(rendered, None)
    try:
        return {"rendered": rendered, "value": plain(value), "text": str(value)}
    except NotJson:
        return {"rendered": rendered, "not_json": True}


# ---------------------------------------------------------------------------------------------- random cases
CONTEXT = {
    "config": {"key": "abc", "num": 7, "neg": -3, "flt": 2.5, "text_num": "12", "list": [3, 1, 2], "empty": "", "none": None, "yes": True, "no": False,
               "nested": {"a": {"b": "deep"}, "items": "data"}, "date": "2024-01-31T10:20:30.123456Z", "ids": ["b", "A", "c"], "zero": 0,
               "quote": "it's", "dq": 'say "x"', "uni": "é😀ß", "space": "  pad ded\t", "camel": "CamelCaseText", "pct": "a b&c/d?e=f", "neglist": []},
    "parameters": {"p": "pv", "n": 1},
    "record": {"id": 5, "name": "Bob Smith", "tags": [{"k": "x", "v": 2}, {"k": "y", "v": 1}, {"k": "X", "v": 3}], "price": 19.99, "when": "2023-12-05",
               "flag": True, "gone": None, "keys": [1, 2, 3], "big": 90071992547409931, "csv": "a,b;c,d", "multi": "l1\nl2\n\nl4", "json": '{"a": 1}'},
    "stream_slice": {"start": "2024-01-01", "end": "2024-02-01", "id": "p1"},
}
STRINGS = ["", "a", "abc", "A-b c", "12", "-3", "1.50", " x ", "a,b,c", "it's", 'q"q', "été", "😀", "%Y-%m-%d", "True", "None", "0", "x\\n", "{}", "[1]", "aXbX", "2024-02-29"]
NAMES = ["config", "parameters", "record", "stream_slice", "stream_interval", "stream_partition"]
PATHS = ["config.key", "config['num']", "config.neg", "config.flt", "config.text_num", "config['list']", "config.empty", "config.none", "config.yes", "config['no']",
         "config.nested", "config.nested.a", "config.nested['a'].b", "config.nested['items']", "config.date", "config.ids", "config.zero", "config.quote", "config.dq",
         "config.uni", "config.space", "config.camel", "config.pct", "config.neglist", "config.missing", "config.missing.x", "record.id", "record.name", "record['tags']", "record.tags[0]",
         "record.tags[0].k", "record.price", "record.when", "record.flag", "record.gone", "record.gone.x", "record['keys']", "record.csv", "record.multi", "record.json",
         "stream_slice.start", "stream_interval.end", "stream_partition.id", "parameters.p", "parameters['n']", "record.get('id')", "record.get('nope')", "record.get('nope', 'd')"]
BINARY = ["+", "-", "*", "/", "//", "%", "~", "==", "!=", "<", ">", "<=", ">=", "in", "not in", "and", "or"]
TEXT_FILTERS = ["upper", "lower", "title", "capitalize", "trim", "length", "wordcount", "string", "hash", "hash('sha256')", "hash('sha1', 'salt')", "base64encode", "urlencode",
                "replace('a', 'b')", "replace('X', '')", "replace('a', 'b', 1)", "regex_search('([a-z]+)')", "regex_search('b(.)')", "regex_replace('[aeiou]', '*')",
                "regex_replace('(\\\\w)(\\\\w)', '\\\\2\\\\1')", "truncate(5)", "truncate(3, true)", "indent(2)", "indent(2, true)", "center(9)", "reverse", "list", "first", "last",
                "default('dflt')", "default('dflt', true)", "int", "int(5)", "float", "float(1.5)", "string", "hmac('key')", "wordwrap(5)", "striptags", "d('z')", "trim('ab')",
                "base64binascii_decode", "int(0, 16)", "forceescape", "filesizeformat", "pprint", "sort | join(',')", "unique | list", "batch(2) | list", "select | list"]
NUMBER_FILTERS = ["abs", "int", "float", "round", "round(1)", "round(2, 'floor')", "round(0, 'ceil')", "string", "default(3)", "filesizeformat", "tojson", "round(-1)"]
LIST_FILTERS = ["length", "first", "last", "join", "join('-')", "sort", "sort(reverse=true)", "unique | list", "list", "max", "min", "sum", "reverse | list", "tojson", "string",
                "map('upper') | list", "map('string') | list", "select('odd') | list", "reject('none') | list", "batch(2) | list", "slice(2) | list", "batch(2, 'z') | list",
                "map(attribute='k') | list", "map(attribute='nope', default='d') | join(',')", "selectattr('v') | list", "selectattr('v', 'gt', 1) | list | length",
                "rejectattr('k', 'equalto', 'x') | map(attribute='v') | list", "groupby('k') | list", "sum(attribute='v')", "sort(attribute='v')", "random | default('x') is defined",
                "slice(3, 'f') | list", "count", "sort(case_sensitive=true)", "min(attribute='v')", "map('int') | sum", "select('string') | list", "selectattr('k', 'in', ['x']) | list"]
DICT_FILTERS = ["length", "list", "dictsort", "dictsort(by='value')", "items | list", "tojson", "tojson(indent=2)", "urlencode", "string", "xmlattr", "pprint", "dictsort(true) | list", "first"]
TESTS = ["defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "mapping", "sequence", "iterable", "true", "false", "odd", "even", "divisibleby(3)", "divisibleby 2",
         "in [1, 'a']", "eq 5", "sameas none", "upper", "lower", "gt 3", "callable", "ne 'x'", "lt(5)", "equalto 'abc'", "not none", "not defined"]
STRING_METHODS = ["upper()", "lower()", "strip()", "split(',')", "split()", "split(' ', 1)", "rsplit(',', 1)", "startswith('a')", "endswith(('c', 'b'))", "replace('a', 'z')", "find('b')", "rfind('b')",
                  "count('a')", "title()", "capitalize()", "isdigit()", "zfill(6)", "zfill(2)", "join(['x', 'y'])", "partition('-')", "rpartition(' ')", "lstrip('a')", "rstrip('c ')", "swapcase()", "splitlines()",
                  "center(10, '*')", "ljust(6, '.')", "rjust(6)", "isalpha()", "isspace()", "isupper()", "islower()", "istitle()", "casefold()", "expandtabs(4)", "index('a')", "encode().decode()",
                  "removeprefix('a')", "removesuffix('c')", "isalnum()", "isnumeric()", "format(1, 2)", "split('b')[0]", "isidentifier()", "isascii()", "splitlines(true)", "encode().hex()", "isprintable()"]
LIST_METHODS = ["count(1)", "index(1)", "copy()", "pop()", "append(1)"]
DICT_METHODS = ["keys() | list", "values() | list", "items() | list", "get('key')", "get('zz', 9)", "copy()", "items()", "keys()", "pop('key', 1)", "setdefault('q', 1)", "update({'u': 1})"]
DATES = ["now_utc()", "today_utc()", "str_to_datetime('2024-01-31')", "str_to_datetime('2021-02-28T23:59:59.5+02:00')", "str_to_datetime(config.date)", "today_with_timezone('Pacific/Kiritimati')"]
DELTAS = ["duration('P1D')", "duration('PT36H')", "duration('P1M')", "duration('P1Y2M3DT4H')", "duration('-P2W')", "(now_utc() - str_to_datetime('2024-02-01'))", "duration('PT0.5S')"]
DATE_TAILS = [".year", ".month", ".day", ".hour", ".weekday()", ".isoformat()", ".strftime('%Y-%m-%d')", ".strftime('%s')", ".timestamp()", ".date()", ".replace(day=1)", ".microsecond", ".isocalendar()", "",
              ".isoweekday()", ".tzinfo", ".utcoffset()", ".strftime('%A %d %B %y %j %U %p %I')", ".replace(year=2020, month=2, day=29)", ".isoformat(sep=' ')", ".time()", ".toordinal()", ".ctime()", ".tzname()"]
FORMATS = ["%Y-%m-%d", "%s", "%Y%m%dT%H%M%SZ", "%d/%m/%y", "%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%S%z", "%ms", "%s_as_float", "%epoch_microseconds", "%Y-%m-%dT%H:%M:%S.%_msZ", "%b %d, %Y"]


class Generator:
    def __init__(self, seed):
        self.r = random.Random(seed)

    def quote(self, text):
        mark = self.r.choice("'\"")
        return mark + text.replace("\\", "\\\\").replace(mark, "\\" + mark) + mark

    def number(self):
        return self.r.choice(["0", "1", "2", "3", "7", "10", "-1", "2.5", "0.1", "1e3", "1_000", "100", "3.0", "12345678901234567890", "0x1f", "-0.0", "1.5e-7", "9007199254740993"])

    def atom(self):
        r = self.r.random()
        if r < 0.5:
            return self.r.choice(PATHS)
        if r < 0.68:
            return self.quote(self.r.choice(STRINGS))
        if r < 0.85:
            return self.number()
        return self.r.choice(["none", "true", "false", "None", "True", "[]", "{}", "()", "[1, 2.0, 'x']", "{'a': 1, 'b': [none]}", "(1, 'a')", "{1: 2}", "[[1], [2]]", "['b', 'a']"])

    def listish(self):
        return self.r.choice(["config.list", "config.ids", "record.tags", "record['keys']", "[3, 1, 2]", "['b', 'A', 'c', 'a']", "[1, 'a', none]", "config.neglist", "[0.5, 2, 1.5]", "record.csv.split(',')",
                              "config.missing", "'hello'", "(2, 1)", "[true, false, 1]", "record.tags | map(attribute='v')", "[[2, 'b'], [1, 'a']]", "config.nested.keys()"])

    def dictish(self):
        return self.r.choice(["config.nested", "record.tags[0]", "{'b': 1, 'a': 2}", "stream_slice", "{'B': 'x y', 'a': none}", "{}", "dict(x=1, y='z')", "dict({'q': 1}, r=2)", "parameters"])

    def expression(self, depth=3):
        if depth <= 0:
            return self.atom()
        sub = lambda: self.expression(depth - 1)  # noqa: E731
        choice = self.r.randrange(24)
        if choice < 4:
            return self.atom()
        if choice == 4:
            return f"{sub()} {self.r.choice(BINARY)} {sub()}"
        if choice == 5:
            return f"({sub()} {self.r.choice(BINARY)} {sub()})"
        if choice == 6:
            return f"({sub()} if {sub()} else {sub()})" if self.r.random() < 0.8 else f"({sub()} if {sub()})"
        if choice == 7:
            return f"({sub()}) is {self.r.choice(TESTS)}"
        if choice == 8:
            return f"{self.r.choice(['not ', '-', '+'])}({sub()})"
        if choice in (9, 10):
            return f"({sub()}) | {self.r.choice(TEXT_FILTERS)}"
        if choice == 11:
            return f"({self.number()}) | {self.r.choice(NUMBER_FILTERS)}"
        if choice in (12, 13):
            return f"{self.listish()} | {self.r.choice(LIST_FILTERS)}"
        if choice == 14:
            return f"{self.dictish()} | {self.r.choice(DICT_FILTERS)}"
        if choice in (15, 16):
            text = self.r.choice([self.quote(self.r.choice(STRINGS)), "config.key", "record.name", "record.csv", "config.uni", "config.space", "record.multi", f"({sub()})"])
            return f"{text}.{self.r.choice(STRING_METHODS)}"
        if choice == 17:
            return self.r.choice([f"{self.dictish()}.{self.r.choice(DICT_METHODS)}", f"{self.listish()}.{self.r.choice(LIST_METHODS)}"])
        if choice == 18:
            bounds = ":".join(self.r.choice(["", "1", "-1", "2", "0", "-3", "10"]) for _ in range(self.r.choice([2, 2, 3]))).replace("::0", "::2")
            target = self.r.choice([self.quote(self.r.choice(STRINGS)), self.listish(), "record.name", "config.uni", f"({sub()})"])
            return f"{target}[{bounds}]"
        if choice == 19:
            return self.date()
        if choice == 20:
            return f"{self.r.choice(['max', 'min'])}({sub()}, {sub()})"
        if choice == 21:
            return f"[{sub()}, {sub()}]" if self.r.random() < 0.5 else "{" + f"'k': {sub()}, {self.r.choice(['1', self.quote('z'), 'none', 'true', '1.5'])}: {sub()}" + "}"
        if choice == 22:
            return self.formatting()
        return self.r.choice([f"camel_case_to_snake_case({sub()})", f"sanitize_url({sub()})", f"timestamp({sub()})", f"({sub()}) ** {self.r.choice(['2', '0', '-1', '0.5'])}", f"{sub()} < {sub()} <= {sub()}",
                              f"({sub()})[{self.r.choice(['0', '-1', '5', self.quote('a')])}]", f"({sub()}).{self.r.choice(['a', 'k', 'missing', '0', '__class__', 'items'])}", f"({sub()}) | tojson", "namespace(a=1).a",
                              "cycler('a', 'b').next()", "joiner('-')() ~ 'x'", "config | length", "record.big + 1", "record.big", f"{sub()} ~ {sub()} ~ {sub()}"])

    def formatting(self):
        sub = self.atom
        return self.r.choice([
            f"'%s-%s' % ({sub()}, {sub()})", f"'%05d|%x' % ({self.number()}, {self.r.choice(['255', '-7', '0'])})", f"'%.3f' % {self.number()}", f"'%-8s|%8s' | format({sub()}, {sub()})",
            f"'{{}} {{0}}'.format({sub()})", f"'{{}}/{{}}'.format({sub()}, {sub()})", f"'{{:>8}}|{{:<6}}|{{:^7}}'.format({sub()}, 'x', 1)", f"'{{:,}} {{:08.2f}}'.format({self.number()}, {self.number()})",
            f"'{{a}}-{{b!r}}'.format(a={sub()}, b={sub()})", f"'{{:e}} {{:g}} {{:.2%}}'.format({self.number()}, {self.number()}, {self.number()})", f"'{{:x}} {{:#b}} {{:o}} {{:+d}}'.format(255, 5, 8, 3)",
            f"'{{0[a]}} {{0.real}}'.format({sub()})", f"'{{:%Y-%m}}'.format(now_utc())", f"'%(a)s' % {{'a': {sub()}}}", f"'%r %c %%' % ({sub()}, 'z')", f"'{{:{{w}}}}|'.format({sub()}, w=9)", f"'%e %G' % ({self.number()}, {self.number()})",
            f"'{{:_}} {{:*^12}} {{:=+8d}}'.format(1234567, {sub()}, 42)",
        ])

    def date(self):
        tail = self.r.choice(DATE_TAILS)
        return self.r.choice([
            f"({self.r.choice(DATES)}){tail}", f"({self.r.choice(DATES)} + {self.r.choice(DELTAS)}){tail}", f"({self.r.choice(DATES)} - {self.r.choice(DELTAS)}){tail}",
            f"({self.r.choice(DELTAS)}){self.r.choice(['.days', '.seconds', '.total_seconds()', '', '.microseconds', '.months'])}", f"{self.r.choice(DELTAS)} {self.r.choice(['+', '-', '<', '>', '==', '/'])} {self.r.choice(DELTAS)}",
            f"{self.r.choice(DELTAS)} {self.r.choice(['*', '/', '//'])} {self.r.choice(['2', '3', '2.5', '-1'])}", f"{self.r.choice(DATES)} {self.r.choice(['<', '>', '==', '-', '!='])} {self.r.choice(DATES)}",
            f"format_datetime({self.r.choice([self.r.choice(DATES), 'config.date', 'record.when', '1709294400', self.quote('2024-05-06T07:08:09Z')])}, {self.quote(self.r.choice(FORMATS[:6]))})",
            f"format_datetime('05/06/2024', '%Y-%m-%d', '%d/%m/%Y')", f"format_datetime(1709294400123, {self.quote(self.r.choice(FORMATS))}, '%ms')", f"timestamp({self.quote(self.r.choice(['2024-01-01', '2024-01-01T00:00:00.5Z', '20240101']))})",
            f"day_delta({self.r.choice(['-1', '0', '30', '1.5'])})", f"day_delta({self.number()}, format='%Y-%m-%d')", f"[{self.r.choice(DATES)}, {self.r.choice(DELTAS)}]", f"{self.r.choice(DATES)} | string", f"max({self.r.choice(DATES)}, {self.r.choice(DATES)})",
        ])

    def statement_template(self):
        e = lambda: self.expression(1)  # noqa: E731
        dash = lambda: self.r.choice(["", "", "-", "+"])  # noqa: E731
        ldash = lambda: self.r.choice(["", "", "-"])  # noqa: E731
        return self.r.choice([
            lambda: f"{{%{ldash()} if {e()} {dash().replace('+', '')}%}} A {{%{ldash()} elif {e()} %}}\n B {{%- else %}} C {{% endif {ldash()}%}} end",
            lambda: f"{{% for x in {self.listish()} %}}{{{{ loop.index }}}}:{{{{ x }}}}{{{{ ',' if not loop.last }}}}{{% else %}}none{{% endfor %}}",
            lambda: f"{{% for x in {self.listish()} if x is not none and x != 'a' %}}{{{{ x }}}}|{{{{ loop.revindex0 }}}} {{{{ loop.cycle('o', 'e') }}}}{{% endfor %}}",
            lambda: f"{{% for k, v in {self.dictish()}.items() %}}{{{{ k }}}}={{{{ v }}}};{{% endfor %}}",
            lambda: f"{{% set x = {e()} %}}{{{{ x }}}} {{% set y = x ~ '!' %}}{{{{ y }}}}",
            lambda: f"{{% set x %}}in {{{{ {e()} }}}}{{% endset %}}{{{{ x | upper }}}}",
            lambda: f"{{% set x | upper %}}in {{{{ {e()} }}}}{{% endset %}}{{{{ x }}}}",
            lambda: f"{{% set ns = namespace(t=0) %}}{{% for x in {self.listish()} %}}{{% set ns.t = ns.t + 1 %}}{{% endfor %}}{{{{ ns.t }}}}",
            lambda: f"{{% macro m(a, b={e()}) %}}[{{{{ a }}}}-{{{{ b }}}}]{{% endmacro %}}{{{{ m({e()}) }}}}{{{{ m(1, b={e()}) }}}}",
            lambda: f"{{% set l = [] %}}{{% for x in {self.listish()} %}}{{% set _ = l.append(x) %}}{{% endfor %}}{{{{ l }}}}",
            lambda: f"{{% filter upper %}}x {{{{ {e()} }}}}{{% endfilter %}}",
            lambda: f"{{% with a = {e()}, b = 2 %}}{{{{ a }}}}{{{{ b }}}}{{% endwith %}}",
            lambda: f"{{# comment #}}a{{% raw %}}{{{{ raw }}}}{{% endraw %}}{{{{ {e()} }}}}\n",
            lambda: f"{{% set x = 1 %}}{{% for i in [1, 2] %}}{{% set x = x + i %}}{{{{ x }}}}{{% endfor %}}{{{{ x }}}}",
            lambda: f"{{% set a, b = ({e()}, 2) %}}{{{{ b }}}}{{{{ a }}}}",
            lambda: f"{{% macro r(n) %}}{{{{ n }}}}{{% if n > 0 %}}{{{{ r(n - 1) }}}}{{% endif %}}{{% endmacro %}}{{{{ r(3) }}}}",
            lambda: f"{{% call(v) w() %}}{{{{ v }}}}{{% endcall %}}{{% macro w() %}}{{% endmacro %}}",
            lambda: f"{{% macro w(x) %}}<{{{{ caller(x) }}}}>{{% endmacro %}}{{% call(v) w({e()}) %}}{{{{ v }}}}{{% endcall %}}",
            lambda: f"{{% for g in record.tags recursive %}}{{{{ g.k }}}}{{% if loop.depth < 3 %}}{{{{ loop([g]) }}}}{{% endif %}}{{% endfor %}}",
            lambda: f"{{% for x in {self.listish()} %}}{{{{ loop.changed(x) }}}}{{{{ loop.previtem }}}}{{{{ loop.nextitem is defined }}}} {{% endfor %}}",
            lambda: f"  {{%- set q = {e()} -%}}  {{{{- q -}}}}  z",
            lambda: f"{{% if {e()} and {e()} or not {e()} %}}yes{{% endif %}}",
        ])()

    def template(self):
        r = self.r.random()
        if r < 0.55:
            return f"{{{{ {self.expression(3)} }}}}"
        if r < 0.7:
            return f"{self.r.choice(['x', '/v1/', '', ' ', '[', '{'])}{{{{ {self.expression(2)} }}}}{self.r.choice(['', '/y', ', ', ']', '}', chr(10)])}{{{{ {self.expression(1)} }}}}"
        if r < 0.9:
            return self.statement_template()
        if r < 0.97:
            return self.literal()
        return self.broken()

    def broken(self):
        source = self.statement_template() if self.r.random() < 0.5 else f"{{{{ {self.expression(2)} }}}}"
        at = self.r.randrange(len(source))
        return self.r.choice([source[:at] + source[at + 1:], source[:at] + self.r.choice("{}()'\"|%,.~ ") + source[at:], source[:at], source + self.r.choice(["}}", "{{", "{%", "{#"])])

    def literal(self, depth=3):
        """Texts that are Python literals, or nearly."""
        r = self.r.randrange(12 if depth else 7)
        if r == 0:
            return self.r.choice(["7", "-7", "+7", "007", "00", "1_000", "1__0", "0x1F", "0b1", "0o7", "1e5", "1.10", "5 ", " 5", "2023.10", "1#c", "1j", "0_7", ".5", "5.", "1.e3", "- 3", "--3", "1e999", "1.5.2", "0777", "1e", "0x", "1_", "9007199254740993"])
        if r == 1:
            return self.r.choice(["True", "False", "None", "true", "null", "nan", "inf", "Ellipsis", "...", "set()", "-True", "Truex", "None ", "(None)"])
        if r in (2, 3):
            return self.r.choice(["'a'", '"b"', "'''t\nq'''", '"""d"""', "'it\\'s'", "r'\\n'", "'\\n'", "'\\x41'", "'\\u00e9'", "b'x'", "u'x'", "f'x'", "'a' 'b'", "'a' b'c'", "'open", "'a\nb'", "'\\N{DASH}'", "'\\q'", "rb'\\x'", "'\\101'"])
        if r == 4:
            return self.r.choice(["2024-01-01", "2024-01-01T00:00:00Z", "1.2.3", "a,b", "hello world", "12abc", "1/2", "3:4", "#c", "\\", "{a}", "[a]", "1 2", "1+2j", "1+2", "a=1", "x'y'", "12 # c", "\n5", " \n5", "5\n", "1,\n2", "5;", "$5", "5%", "é"])
        if r in (5, 6):
            return self.r.choice(["1", "'x'", "-2.5", "None", "True"])
        items = [self.literal(depth - 1) for _ in range(self.r.randrange(4))]
        tail = self.r.choice(["", ",", " ", ",,"]) if items else ""
        sep = self.r.choice([",", ", ", ",\n", " , "])
        if r in (7, 8):
            return f"[{sep.join(items)}{tail}]"
        if r == 9:
            return f"({sep.join(items)}{tail})"
        if r == 10:
            return "{" + sep.join(f"{self.literal(0)}: {item}" for item in items) + tail + "}"
        return self.r.choice(["{" + sep.join(items) + "}", sep.join(items) + tail, f"[{sep.join(items)}", f"{sep.join(items)}]"])

    def moment(self):
        r = self.r
        when = REAL_DATETIME(r.choice([1000, 1900, 1969, 1970, 1999, 2000, 2023, 2024, 2038, 9999, r.randrange(1000, 9999)]), r.randrange(1, 13), r.randrange(1, 29), r.randrange(24), r.randrange(60), r.randrange(60), r.choice([0, 0, 500000, 123456, 1000, 1, r.randrange(1000000)]))
        if r.random() < 0.3:
            when = when.replace(month=12, day=r.choice([29, 30, 31]))
        elif r.random() < 0.2:
            when = when.replace(month=1, day=r.randrange(1, 8))
        return when

    def format(self, parse):
        codes = "YmdHMSfjyIpbBaAzZUWwuGV%" if parse else "YmdHMSfjyIpbBaAzZUWwuGV%DFTRecxXrnthklPCgs"
        if self.r.random() < 0.4:
            return self.r.choice(["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%fZ", "%d/%b/%Y %I:%M %p", "%Y-%m-%dT%H:%M:%S%z", "%G-W%V-%u", "%Y %U %w", "%Y-%j", "%Y%m%d%H%M%S", "%a, %d %b %Y %H:%M:%S GMT", "%Y %W %a", "%c", "%x %X", "%y%m%d"])
        parts = self.r.sample(codes, self.r.randrange(1, 6))
        flags = "" if parse or self.r.random() < 0.8 else self.r.choice(["-", "_", "0", "^", "#", "5", "E", "O"])
        return self.r.choice(["", " ", "-", "T", "/"]).join("%" + (flags if part not in "%fzZ" else "") + part for part in parts)

    def case(self):
        r = self.r.random()
        if r < 0.68:
            return {"kind": "template", "source": self.template(), "context": CONTEXT, "now": NOW}
        if r < 0.76:
            source = self.template() if self.r.random() < 0.7 else self.literal()
            return {"kind": "condition", "source": source, "context": CONTEXT, "now": NOW}
        when = self.moment()
        if r < 0.82:
            fmt = self.format(True)
            text = when.replace(tzinfo=self.r.choice([dt.timezone.utc, dt.timezone(dt.timedelta(hours=5, minutes=30)), dt.timezone(dt.timedelta(hours=-3))])).strftime(fmt)
            if self.r.random() < 0.3 and text:
                at = self.r.randrange(len(text))
                text = self.r.choice([text[:at] + text[at + 1:], text[:at] + self.r.choice("0123459 -:aZ") + text[at:], text + "x"])
            return {"kind": self.r.choice(["strptime", "parse"]), "source": text, "format": fmt}
        if r < 0.88:
            zone = self.r.choice(["", "Z", "+05:30", "-03:00"])
            return {"kind": "strftime", "source": when.isoformat() + zone, "format": self.format(False)}
        if r < 0.91:
            return {"kind": "format", "source": when.isoformat(), "format": self.r.choice(FORMATS)}
        if r < 0.92:
            return {"kind": "parse", "source": self.r.choice(["0", "1709294400", "-5", "1709294400.5", "1e3", "abc", "", " 12 ", "1_000", "+7", "253402300800"]), "format": self.r.choice(["%s", "%ms", "%s_as_float", "%epoch_microseconds"])}
        if r < 0.955:
            text = self.r.choice([when.isoformat(), when.strftime("%Y%m%dT%H%M%S"), when.strftime("%Y-%j"), when.strftime("%Y%j"), when.strftime("%G-W%V-%u"), when.strftime("%GW%V%u"), when.strftime("%Y-%m"), when.strftime("%Y"), when.strftime("%Y-%m-%d %H:%M"),
                                  when.strftime("%Y-%m-%dT%H"), when.strftime("%Y-%m-%dT24:00"), when.strftime("%Y%m%d"), when.strftime("%G-W%V"), when.strftime("%Y-%m-%dT%H:%M:%S,%f"), when.isoformat() + "123"]) + self.r.choice(["", "", "Z", "+02", "+0230", "-05:00", "z"])
            if self.r.random() < 0.15:
                at = self.r.randrange(len(text))
                text = text[:at] + text[at + 1:]
            return {"kind": "iso", "source": text}
        if r < 0.98:
            zone = self.r.choice(["", "", "Z", " UTC", " GMT", "+02:00", " -0500"])
            text = when.strftime(self.r.choice(["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y/%m/%d %H:%M", "%m/%d/%Y %I:%M %p", "%a, %d %b %Y %H:%M:%S", "%B %d, %Y %H:%M", "%d %b %Y %H:%M:%S", "%d-%b-%Y %H:%M", "%Y%m%dT%H%M%S", "%Y-%m-%dT%H:%M"])) + zone
            text = text.replace("MZ", "M Z")
            return {"kind": "any", "source": self.r.choice([text, text, when.strftime("%Y-%m-%d"), str(self.r.randrange(10**10)), "12345678901", "-1", "", "garbage", "2024-13-01", "10:30", "2024-1-5"])}
        parts = "".join(f"{self.r.choice(['1', '2', '10', '0', '1.5', '0,5'])}{unit}" for unit in "YMWD" if self.r.random() < 0.3)
        time = "".join(f"{self.r.choice(['1', '30', '90', '0.25', '1,5'])}{unit}" for unit in "HMS" if self.r.random() < 0.3)
        text = self.r.choice(["P", "P", "P", "-P", "+P"]) + parts + ("T" + time if time or self.r.random() < 0.1 else "")
        return {"kind": "duration", "source": self.r.choice([text, text, text, "P0001-02-03T04:05:06", "P00010203T040506", "1D", "P", "PT", "P1S", "p1d", "P1DT", "P1D2Y", " P1D", "P-1D"])}


# ---------------------------------------------------------------------------------------------- comparing
def ours_number(value):
    """Whole numbers beyond doubles came as `{bigint}`; other large numbers are floats."""
    return json.loads(json.dumps(value), parse_int=lambda text: int(text) if abs(int(text)) < 2**53 else float(text), object_hook=lambda d: int(d["bigint"]) if set(d) == {"bigint"} else d)


def known(case, theirs, ours):
    """The name of the rule by which this case may differ, or None."""
    source, kind = case["source"], case["kind"]
    if theirs.get("not_json") and "unsupported operand type(s) for -" in ours.get("message", ""):
        return "not json"
    if "fractional power" in ours.get("message", ""):
        return "not json"
    if "\\ud83d" in theirs.get("rendered", "") and theirs["rendered"] == ours.get("rendered"):
        return "surrogates"
    if theirs.get("not_json"):
        return "not json" if "refused" not in ours and ours["rendered"] == theirs["rendered"] else None
    rendered = str(theirs.get("rendered", "")) + str(theirs.get("value", ""))
    addresses = (" object at 0x", "<built-in method", "<bound method", "<generator", "<function", "<class", "<macro", "<jinja2", "<utc>", "reversed object")
    if any(word in rendered.lower() for word in addresses):
        return "memory address"
    if kind == "condition" and ours.get("value") is True and theirs.get("refused") in ("AttributeError", "ValueError", "FilterArgumentError"):
        return "failing condition"
    if kind == "condition" and ours.get("value") is True and theirs.get("value") is False and ":" in source and "[" in source:
        return "constant slice"
    if theirs.get("refused") == "type" and ours.get("refused") != "interpolation.undefined":
        return "type error" if "refused" in ours else "lenient types"
    if theirs.get("refused") == "type":
        return "type error"
    if "str_to_datetime(" in source and "[" in source:
        return "memory address"
    if ("hash" in source or "hmac" in source) and ( "reverse" in source or "items" in source):
        return "memory address"
    if theirs.get("refused") == "undeclared" and "{% if" in source:
        return "branch variable"
    if kind in ("template", "condition") and any(word in source for word in ("escape", "safe", "tojson", "xmlattr", "striptags")):
        return "markup"
    if kind == "format" and case["format"] in ("%s", "%ms", "%epoch_microseconds", "%s_as_float", "%Y-%m-%dT%H:%M:%S.%_msZ"):
        return "epoch float"
    if kind in ("strftime", "parse", "strptime") and case["source"].startswith("0"):
        return "year below 1000"
    if "pprint" in source:
        return "pprint"
    if "cannot be sliced" in ours.get("message", ""):
        return "constant slice"
    if kind == "iso" and "refused" in ours and "refused" not in theirs:
        return "strict iso"
    if theirs.get("refused") in ("syntax", "undeclared") and " is " in source and (" if " in source or " in " in source or theirs.get("message") in ("{'if'}", "{'not'}", "{'in'}")):
        return "test before if"
    if kind == "strftime" and "s" in case["format"] and case["source"][-6] in "+-":
        return "epoch of offset"
    if kind == "any" and ("refused" in theirs) != ("refused" in ours):
        return "lenient date"
    return None


def same(case, theirs, ours):
    if "refused" in theirs or "refused" in ours:
        if "refused" not in theirs or "refused" not in ours or str(ours["refused"]).startswith("crash"):
            return False
        undefined = (theirs["refused"] == "undefined", ours["refused"] == "interpolation.undefined")
        return undefined[0] == undefined[1]
    if theirs.get("not_json"):
        return False
    if case["kind"] == "template":
        return theirs["rendered"] == ours["rendered"] and theirs["text"] == ours["text"] and theirs["value"] == ours_number(ours["value"])
    return all(theirs[key] == ours_number(ours[key]) for key in theirs)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--cases", type=int, default=20000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--show", type=int, default=20)
    arguments.add_argument("--rule", help="also show the cases of this known difference")
    options = arguments.parse_args()
    generator = Generator(options.seed)
    cases = [generator.case() for _ in range(options.cases)]
    with tempfile.TemporaryDirectory() as folder:
        bundle = pathlib.Path(folder) / "side.mjs"
        esbuild = ROOT / "node_modules" / ".bin" / "esbuild"
        side = pathlib.Path(__file__).with_name("interpolation-side.ts")
        subprocess.run([esbuild, side, "--bundle", "--platform=node", "--format=esm", f"--outfile={bundle}", "--log-level=warning"], check=True)
        payload = "\n".join(json.dumps(case) for case in cases) + "\n"
        done = subprocess.run(["node", bundle], input=payload, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    results = [json.loads(line) for line in done.stdout.splitlines()]
    different, rules = 0, {}
    for case, ours in zip(cases, results, strict=True):
        theirs = reference(case)
        if same(case, theirs, ours):
            continue
        rule = known(case, theirs, ours)
        if rule:
            rules[rule] = rules.get(rule, 0) + 1
            if rule == options.rule:
                print(json.dumps({"case": {key: value for key, value in case.items() if key not in ("context", "now")}, "reference": theirs, "ours": ours})[:600])
            continue
        different += 1
        if different <= options.show:
            shown = {key: value for key, value in case.items() if key not in ("context", "now")}
            print(json.dumps({"case": shown, "reference": theirs, "ours": ours})[:900])
    for rule, count in sorted(rules.items()):
        print(f"known difference, {count} cases: {rule}. {KNOWN_DIFFERENCES[rule]}")
    print(f"interpolation fuzz: {len(cases)} compared, {different} different")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()

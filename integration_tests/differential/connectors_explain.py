"""Says in few words in what two outcomes of a run differ."""
import collections
import difflib
import json

MOST = 4
MISSING = object()


def explain(there, here):
    """One `part: …` for each part that differs."""
    found = []
    for part in sorted(there.keys() | here.keys()):
        a, b = there.get(part), here.get(part)
        if part == "requests":
            a, b = a or collections.Counter(), b or collections.Counter()
        # Without a catalog on one side there is nothing to say of each stream.
        has_no_catalog = part.startswith("stream ") and None in (there.get("streams"), here.get("streams"))
        if a == b or has_no_catalog:
            continue
        if isinstance(a, collections.Counter) and isinstance(b, collections.Counter):
            found.append(f"{part}: {of_multisets(a - b, b - a)}")
        elif isinstance(a, dict) and isinstance(b, dict):
            found += [f"{part}: {name}: {of_texts(a.get(name), b.get(name))}" for name in sorted(a.keys() | b.keys()) if a.get(name) != b.get(name)]
        else:
            found.append(f"{part}: {of_texts(a, b)}")
    return found


def of_multisets(only_there, only_here):
    counts = f"{sum(only_there.values())} there only, {sum(only_here.values())} here only"
    there, here = [flat(each) for each in only_there][:40], [flat(each) for each in only_here][:40]
    lines = []
    for one in there[:MOST]:
        close = difflib.get_close_matches(one, here, 1, 0.6) if len(one) < 5000 else here[:1]
        lines.append(of_texts(one, close[0]) if close else f"there only {one[:400]}")
        here = [each for each in here if each not in close]
    if len(there) < MOST:
        lines += [f"here only {one[:400]}" for one in here[: MOST - len(there)]]
    return counts + "".join(f"\n      {line}" for line in lines)


def flat(key):
    return f'["{key[0]}", {key[1]}]' if isinstance(key, tuple) else key


def of_texts(there, here):
    try:
        a, b = json.loads(there), json.loads(here)
        paths = list(unequal(a, b, ""))
    except (TypeError, ValueError):
        return f"{str(there)[:300]} there, {str(here)[:300]} here"
    name = f"{a[0]} " if isinstance(a, list) and a and isinstance(a[0], str) else ""
    name += f"{a[1]} " if isinstance(a, list) and len(a) > 1 and isinstance(a[1], str) else ""
    return name + "; ".join(f"{path}: {shown(x)} there, {shown(y)} here" for path, x, y in paths[:MOST]) + (f" and {len(paths) - MOST} more" if len(paths) > MOST else "")


def unequal(a, b, path):
    if isinstance(a, dict) and isinstance(b, dict):
        for key in [*a, *(key for key in b if key not in a)]:
            yield from unequal(a.get(key, MISSING), b.get(key, MISSING), f"{path}.{key}")
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for index, (x, y) in enumerate(zip(a, b)):
            yield from unequal(x, y, f"{path}[{index}]")
    elif type(a) is not type(b) or a != b:
        yield path, a, b


def shown(value):
    return "nothing" if value is MISSING else json.dumps(value, ensure_ascii=False)[:160]

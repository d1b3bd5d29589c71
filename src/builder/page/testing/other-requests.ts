import type { JsonValue } from '../../../protocol/json';
import { stringifyJson } from '../../../protocol/lossless-json';
import { duration } from './amounts';
import { isMainRequest } from './result-slices';
import { sliceName } from './slice-name';
import { PHASE_LABELS } from './test-phases';
import type { Exchange, TestView } from './test-view';

export interface OtherRequest {
  exchange: Exchange;
  /** e.g. `Async Job -- Polling 3 · 200 · 10.1 s · pending → running`. */
  label: string;
}

/** Requests for one partition; the group of no partition has an empty name. */
export interface RequestGroup {
  name: string;
  requests: OtherRequest[];
}

/** Every request that gives no records, by partition, in the order of their answers. */
export function otherRequests(view: TestView): RequestGroup[] {
  const polls = new Map(view.jobs.flatMap(({ steps }) => steps.filter(({ kind }) => kind === 'poll').map((step) => [step.exchange, step] as const)));
  const groups = new Map<string, RequestGroup>();
  const counts = new Map<string, number>();
  for (const exchange of view.exchanges) {
    if (isMainRequest(exchange)) continue;
    const name = exchange.slice ? sliceName(exchange.slice) : '';
    const title = titleOf(exchange);
    const number = (counts.get(`${name}\n${title}`) ?? 0) + 1;
    counts.set(`${name}\n${title}`, number);
    const poll = polls.get(exchange.n);
    const outcome = poll ? ` · ${shownStatus(poll.raw)} → ${poll.status ?? 'not mapped'}` : '';
    const group = groups.get(name) ?? { name, requests: [] };
    groups.set(name, group);
    group.requests.push({ exchange, label: `${title} ${number} · ${exchange.response.status || 'no answer'} · ${duration(exchange.t)}${outcome}` });
  }
  return [...groups.values()];
}

function titleOf({ title, phase, kind }: Exchange): string {
  return title || (phase ? PHASE_LABELS[phase] : kind);
}

/** A raw status as it is written in a list of the mapping. */
export function shownStatus(raw: JsonValue | undefined): string {
  if (typeof raw === 'string') return raw === '' ? '(empty)' : raw;
  return raw === undefined ? '(nothing)' : stringifyJson(raw);
}

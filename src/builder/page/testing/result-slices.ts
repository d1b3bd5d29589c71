import type { JsonObject } from '../../../protocol/json';
import { parseJson, stringifyJson } from '../../../protocol/lossless-json';
import type { ShownRequest, ShownResponse, StateMessage } from '../../stream-read';
import { sliceName } from './slice-name';
import type { Exchange, TestView } from './test-view';

export interface ResultPage {
  records: JsonObject[];
  request: ShownRequest | null;
  response: ShownResponse | null;
  /** The exchange that the server keeps, for the whole body and for curl. */
  exchange: Exchange | null;
}

export interface ResultSlice {
  name: string;
  slice: JsonObject;
  pages: ResultPage[];
  state: StateMessage[];
}

/** A request whose answer holds the records: the download of a job, or the request of a synchronous stream. */
export function isMainRequest({ title, kind, phase }: Exchange): boolean {
  return kind === 'HTTP' && (phase === 'download' || title === '');
}

/**
 * Partitions and pages of a test, as far as it has come. While it runs, and for partitions that brought no page, there are
 * requests and answers without records.
 */
export function resultSlices({ read, exchanges }: TestView): ResultSlice[] {
  const requests = new Map<string, Exchange[]>();
  for (const exchange of exchanges.filter(isMainRequest)) {
    const key = stringifyJson(exchange.slice ?? {});
    requests.set(key, [...(requests.get(key) ?? []), exchange]);
  }
  const slices: ResultSlice[] = [];
  for (const { slice_descriptor: slice, pages, state } of read?.slices ?? []) {
    const key = stringifyJson(slice);
    const own = requests.get(key) ?? [];
    requests.delete(key);
    slices.push({ name: '', slice, state, pages: pages.map((page, at) => ({ ...page, exchange: own[at] ?? null })) });
  }
  for (const [key, own] of requests) {
    const pages = own.map((exchange) => ({ records: [], request: exchange.request, response: exchange.response, exchange }));
    slices.push({ name: '', slice: parseJson(key) as JsonObject, state: [], pages });
  }
  return slices.map((slice, at) => ({ ...slice, name: [`Partition ${at + 1}`, sliceName(slice.slice)].filter(Boolean).join(' · ') }));
}

import { isObject, type JsonObject, type JsonValue } from '../../protocol/json';
import { formatText, reads, type FoundFormat, type FormatName } from '../live/response-format';
import { addressOf, objectAt, warning, type LintRule } from './lint-rule';
import { formatWords } from './request-rules';

const BY_ENDING: Readonly<Record<string, FormatName>> = { csv: 'csv', tsv: 'csv', json: 'json', jsonl: 'jsonl', ndjson: 'jsonl', xml: 'xml', gz: 'gzip', gzip: 'gzip', zip: 'zip' };

/** The format of the file as its address, or the order for it, names it, against the decoder that reads it. */
export const downloadFormat: LintRule = ({ retriever }) => {
  const decoder = retriever.download_decoder;
  const named = formatOfAddress(addressOf(objectAt(retriever, 'download_requester'))) ?? formatOfOrder(objectAt(retriever, 'creation_requester'), decoder);
  if (!named || readsNamed(decoder, named)) return [];
  return [
    warning(
      'download_format',
      ['retriever', 'download_decoder'],
      `The file seems to be ${formatText(named)}, and the HTTP Response Format of the download is ${decoderText(decoder)}. A test shows which it is.`,
    ),
  ];
};

/** `decoder` reads what the API says about jobs, which templates can use only when it is JSON. */
export const jobAnswerFormat: LintRule = ({ retriever }) => {
  const { decoder } = retriever;
  if (!isObject(decoder) || (decoder.type !== 'CsvDecoder' && decoder.type !== 'GzipDecoder' && decoder.type !== 'ZipfileDecoder')) return [];
  return [
    warning(
      'job_answer_format',
      ['retriever', 'decoder'],
      `The HTTP Response Format of creation and polling is ${decoderText(decoder)}; answers about jobs are seldom that. The format of the file belongs to the Download tab (download_decoder).`,
    ),
  ];
};

function formatOfAddress(address: string): FoundFormat | undefined {
  const path = address.replace(/[?#].*$/, '');
  const endings = /(?:\.([a-z]+))?\.([a-z]+)$/i.exec(path);
  const outer = BY_ENDING[endings?.[2]?.toLowerCase() ?? ''];
  const inner = BY_ENDING[endings?.[1]?.toLowerCase() ?? ''];
  return outer && (inner && (outer === 'gzip' || outer === 'zip') ? { name: outer, inner: { name: inner } } : { name: outer });
}

/** What the creation asks for, e.g. `file_type: csv`; only when it names one format and the decoder another. */
function formatOfOrder(creation: JsonObject | undefined, decoder: JsonValue | undefined): FoundFormat | undefined {
  const names = new Set(formatWords(creation).flatMap((word) => BY_ENDING[word.replace(/^.*\//, '')] ?? []));
  const [inner] = [...names].filter((name) => name !== 'gzip' && name !== 'zip');
  if (inner === undefined || names.size !== 1) return undefined;
  // Files are often packed without a word about it.
  const unpacked = isObject(decoder) && isObject(decoder.decoder) ? decoder.decoder : decoder;
  return readsNamed(unpacked, { name: inner }) ? undefined : { name: inner };
}

/** The bytes are not known, only the name. */
function readsNamed(decoder: JsonValue | undefined, found: FoundFormat): boolean {
  // A name says nothing of the lines.
  return reads(decoder, found) || (found.name === 'json' && isObject(decoder) && decoder.type === 'JsonlDecoder') || (isObject(decoder) && decoder.type === 'IterableDecoder');
}

const DECODER_TEXTS: Readonly<Record<string, string>> = { CsvDecoder: 'CSV', GzipDecoder: 'gzip', ZipfileDecoder: 'ZIP File', JsonDecoder: 'JSON', JsonItemsDecoder: 'JSON Items', JsonlDecoder: 'JSON Lines', XmlDecoder: 'XML' };

function decoderText(decoder: JsonValue | undefined): string {
  const type = isObject(decoder) ? String(decoder.type) : 'JsonDecoder';
  return DECODER_TEXTS[type] ?? type;
}

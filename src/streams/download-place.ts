import type { FileIdentity } from '../download/file-place';
import { getOwn, isObject, type JsonObject, type JsonValue } from '../protocol/json';
import { shortDigest } from '../slices/short-digest';
import { canonicalJson } from '../slices/stream-slice';

/** How far the records of a job went out; what STATE keeps of it is small and holds no link. */
export interface DownloadPlace {
  /** Which of the job's downloads, from 0. */
  target: number;
  /** Of all rows of the downloads before it, and of those of this one, how many were read: their records are out, or were filtered. */
  rowsBefore: number;
  rows: number;
  /** A row border in this file, at or before the place. */
  border: RowBorder | undefined;
  file: FileIdentity;
  /** What the cursor has seen in the slice. */
  seen: JsonValue | undefined;
}

export interface RowBorder {
  /** Bytes of the file, and rows, before it. */
  bytes: number;
  rows: number;
  /** What every part of the file needs before it. */
  head: string;
}

/** What must be the same for a place to mean anything: how rows are made of bytes, and the names of the job's files. */
export interface PlaceTerms {
  reader: string;
  targets: readonly JsonValue[];
}

export function writePlace(place: DownloadPlace, terms: PlaceTerms): JsonObject {
  const { border, file, seen } = place;
  return {
    reader: terms.reader,
    target: place.target,
    ...(place.target > 0 ? { targets: namesOf(terms.targets) } : {}),
    rows_before: place.rowsBefore,
    rows: place.rows,
    ...(border ? { border: { bytes: border.bytes, rows: border.rows, head: border.head } } : {}),
    file: {
      ...(file.etag !== undefined ? { etag: file.etag } : {}),
      ...(file.lastModified !== undefined ? { last_modified: file.lastModified } : {}),
      ...(file.total !== undefined ? { length: file.total } : {}),
      ...(file.prefix ? { prefix: { bytes: file.prefix.bytes, digest: file.prefix.digest } } : {}),
    },
    ...(seen === undefined ? {} : { seen }),
  };
}

/** Undefined when it cannot be read, or means nothing under these terms: the job is then read from its start. */
export function readPlace(stored: JsonObject, { reader, targets }: PlaceTerms): DownloadPlace | undefined {
  const [target, rowsBefore, rows] = ['target', 'rows_before', 'rows'].map((name) => countOf(getOwn(stored, name)));
  const file = readIdentity(getOwn(stored, 'file'));
  if (getOwn(stored, 'reader') !== reader || target === undefined || rowsBefore === undefined || rows === undefined || !file) return undefined;
  // The files before this one are only known by their names.
  if (target >= targets.length || (target > 0 && getOwn(stored, 'targets') !== namesOf(targets))) return undefined;
  return { target, rowsBefore, rows, border: readBorder(getOwn(stored, 'border'), rows), file, seen: getOwn(stored, 'seen') };
}

function readBorder(stored: JsonValue | undefined, rowsOfPlace: number): RowBorder | undefined {
  if (!isObject(stored)) return undefined;
  const bytes = countOf(getOwn(stored, 'bytes'));
  const rows = countOf(getOwn(stored, 'rows'));
  const head = getOwn(stored, 'head');
  if (bytes === undefined || rows === undefined || rows > rowsOfPlace || typeof head !== 'string') return undefined;
  return { bytes, rows, head };
}

function readIdentity(stored: JsonValue | undefined): FileIdentity | undefined {
  if (!isObject(stored)) return undefined;
  const text = (name: string) => {
    const value = getOwn(stored, name);
    // They go into headers.
    return typeof value === 'string' && value !== '' && /^[\x20-\x7e]*$/.test(value) ? value : undefined;
  };
  const prefix = getOwn(stored, 'prefix');
  const prefixBytes = isObject(prefix) ? countOf(getOwn(prefix, 'bytes')) : undefined;
  const digest = isObject(prefix) ? getOwn(prefix, 'digest') : undefined;
  return {
    etag: text('etag'),
    lastModified: text('last_modified'),
    total: countOf(getOwn(stored, 'length')),
    prefix: prefixBytes !== undefined && typeof digest === 'string' ? { bytes: prefixBytes, digest } : undefined,
  };
}

/** Signatures change with each poll, so queries do not count, unless files differ in nothing else. */
function namesOf(targets: readonly JsonValue[]): string {
  const plain = targets.map(withoutQueries);
  const areDistinct = new Set(plain.map(canonicalJson)).size === plain.length;
  return shortDigest(canonicalJson(areDistinct ? plain : [...targets]));
}

function withoutQueries(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.replace(/[?#].*$/s, '');
  if (Array.isArray(value)) return value.map(withoutQueries);
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutQueries(each)])) : value;
}

function countOf(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

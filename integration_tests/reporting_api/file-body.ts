import { deflateRawSync, gzipSync, crc32 } from 'node:zlib';
import type { FilePlan } from './api-description';
import { fillText } from './fill-template';
import { makeRows, type Row } from './generated-rows';

export interface FileBody {
  bytes: Buffer;
  contentType: string;
  contentEncoding: string | undefined;
}

const CONTENT_TYPES = { csv: 'text/csv', json: 'application/json', jsonl: 'application/x-ndjson', xml: 'application/xml', text: 'text/plain' };

/** The bytes of part `part` (from 1) of `parts`. */
export function fileBody(plan: FilePlan, variables: Record<string, unknown>, part = 1, parts = 1): FileBody {
  const format = plan.format ?? (plan.text === undefined && plan.base64 === undefined ? 'csv' : 'text');
  const plain = plan.base64 !== undefined ? Buffer.from(plan.base64, 'base64') : encode(textOf(plan, format, variables, part, parts), plan);
  const packed = plan.compression === 'gzip' ? gzipSync(plain) : plan.compression === 'zip' ? zip(`part-${part}.${format}`, plain) : plain;
  const packedType = plan.compression === 'gzip' ? 'application/gzip' : plan.compression === 'zip' ? 'application/zip' : undefined;
  return {
    bytes: plan.transport === 'gzip' ? gzipSync(packed) : packed,
    contentType: plan.content_type ?? packedType ?? CONTENT_TYPES[format],
    contentEncoding: plan.transport === 'gzip' ? 'gzip' : undefined,
  };
}

function textOf(plan: FilePlan, format: keyof typeof CONTENT_TYPES, variables: Record<string, unknown>, part: number, parts: number): string {
  if (plan.text !== undefined) return fillText(plan.text, { ...variables, part });
  const all = plan.rows ? makeRows(plan.rows, variables) : [];
  const rows = all.slice(Math.floor(((part - 1) * all.length) / parts), Math.floor((part * all.length) / parts));
  const names = all[0] ? Object.keys(all[0]) : Array.isArray(plan.rows?.columns) ? plan.rows.columns : ['id'];
  switch (format) {
    case 'json':
      return JSON.stringify(rows);
    case 'jsonl':
      return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    case 'xml':
      return `<?xml version="1.0" encoding="UTF-8"?>\n<rows>${rows.map(xmlRow).join('')}</rows>`;
    default:
      return csv(names, rows, plan.delimiter ?? ',');
  }
}

function csv(names: string[], rows: Row[], delimiter: string): string {
  const quoted = (value: unknown): string => {
    const text = value === null || value === undefined ? '' : String(value);
    return /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  return [names, ...rows.map((row) => names.map((name) => row[name]))].map((cells) => `${cells.map(quoted).join(delimiter)}\n`).join('');
}

function xmlRow(row: Row): string {
  const escaped = (value: unknown) => String(value ?? '').replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  return `<row>${Object.entries(row).map(([name, value]) => `<${name}>${escaped(value)}</${name}>`).join('')}</row>`;
}

function encode(text: string, plan: FilePlan): Buffer {
  return Buffer.from(plan.bom ? `\ufeff${text}` : text, plan.encoding ?? 'utf8');
}

/** A zip archive with one deflated file: local header, data, central directory, end record. */
export function zip(name: string, content: Buffer): Buffer {
  const data = deflateRawSync(content);
  const nameBytes = Buffer.from(name);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(0x0800, 2);
  common.writeUInt16LE(8, 4);
  common.writeUInt16LE(0x21, 8);
  common.writeUInt32LE(crc32(content), 10);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(content.length, 18);
  common.writeUInt16LE(nameBytes.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, nameBytes, data]);
  const directory = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, Buffer.alloc(14), nameBytes]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, directory, end]);
}

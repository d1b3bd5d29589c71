import { stat } from 'node:fs/promises';
import { join, normalize, sep } from 'node:path';
import { ConnectorError } from '../errors/connector-error';
import type { BuildContext } from '../manifest/build-context';
import { defineComponent } from '../manifest/define-component';
import { field, required } from '../manifest/field';
import type { InterpolatedString } from '../manifest/interpolation/interpolated-string';
import { getOwn, setOwn, type JsonObject } from '../protocol/json';
import type { Requester } from '../requests/requester';
import { StreamSlice } from '../slices/stream-slice';
import { deepCopy } from './field-path';
import type { FileReference, FileUploader } from './file-uploader';
import { writeFile } from './file-writer';
import type { RecordExtractor } from './record-extractor';

const STAGING_DIRECTORY = '/staging/files';
const LOCAL_DIRECTORY = '/tmp/airbyte-file-transfer';
/** What a writer that writes nothing reports, as the reference does. */
const NOT_WRITTEN = -1;

/** Requests the file that a record points at and streams it to the staging directory (reference section 6.6). */
export class RequestedFileUploader implements FileUploader {
  private directory: Promise<string> | undefined;

  constructor(
    private readonly requester: Requester,
    private readonly targetExtractor: RecordExtractor,
    private readonly filename: InterpolatedString | undefined,
    private readonly ctx: BuildContext,
  ) {}

  async upload(record: JsonObject, slice: StreamSlice): Promise<FileReference> {
    const { runtime } = this.ctx;
    const target = await this.targetOf(record);
    const relativePath = this.relativePath(record, slice);
    this.directory ??= this.findDirectory();
    const path = join(await this.directory, relativePath);
    const response = await this.requester.send({ slice: new StreamSlice({}, {}, { download_target: target }), signal: runtime.signal });

    let size = NOT_WRITTEN;
    if (runtime.testRead) {
      response.body.discard();
      setOwn(record, 'source_file_relative_path', relativePath);
    } else {
      size = await writeFile(path, response.body.stream());
      runtime.logger.debug(`Stored the file ${path}, ${size} bytes.`);
    }
    return { staging_file_url: path, source_file_relative_path: relativePath, file_size_bytes: size };
  }

  private async targetOf(record: JsonObject): Promise<string> {
    const [target] = await this.targetExtractor.extract([deepCopy(record)]);
    if (typeof target === 'string') return target;
    throw ConnectorError.system(
      'records.no_download_target',
      `${this.ctx.path}: a record of stream ${this.ctx.streamName} names no file: download_target_extractor found ${target === undefined ? 'nothing' : 'something that is no text'}. Check its path, or drop records without a file with a record_filter.`,
    );
  }

  /** Names come from records, and must not lead out of the stream's folder. */
  private relativePath(record: JsonObject, slice: StreamSlice): string {
    const name = this.filename ? this.filename.text({ ...slice.variables(), record }) : randomName(this.ctx.runtime.random);
    const path = normalize(name.replace(/^\/+/, '').replaceAll('\0', ''));
    if (path === '.' || path === '..' || path.startsWith(`..${sep}`) || path.endsWith(sep)) {
      throw ConnectorError.system(
        'records.unsafe_file_name',
        `${this.ctx.path}: ${JSON.stringify(name.slice(0, 200))} is no name for a file inside the folder of its stream. Check filename_extractor.`,
      );
    }
    return join(safeFolder(this.ctx.streamName ?? ''), path);
  }

  private async findDirectory(): Promise<string> {
    const wanted = getOwn(this.ctx.runtime.env as JsonObject, 'AIRBYTE_STAGING_DIRECTORY') as string | undefined;
    const staging = wanted ?? STAGING_DIRECTORY;
    const exists = await stat(staging).then(
      (found) => found.isDirectory(),
      () => false,
    );
    return exists ? staging : LOCAL_DIRECTORY;
  }
}

/** The name of a stream as one folder. */
const safeFolder = (name: string): string => name.replace(/[/\\\0]/g, '_').replace(/^\.+$/, '_');

/** A name in the form of a random UUID. */
function randomName(random: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16));
  hex[12] = '4';
  hex[16] = '89ab'[Math.floor(random() * 4)] as string;
  const text = hex.join('');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}

export const fileUploader = defineComponent({
  kind: 'FileUploader',
  type: 'FileUploader',
  title: 'File uploader',
  description: 'Fetches a file for each record and stores it where the platform picks it up.',
  fields: {
    requester: required(
      field.component('Requester', { role: 'file', description: 'Fetches the file; templates see its address as `download_target`.' }),
    ),
    download_target_extractor: required(field.component('RecordExtractor', { description: 'Where the address of the file is in the record.' })),
    file_extractor: field.ignored('Has no effect, as in the reference: the answer is the file.'),
    filename_extractor: field.template({
      description: 'The name of the file below the folder of the stream; it may hold folders. Without it a random name.',
      examples: ["{{ record['id'] }}.pdf", "{{ record['folder'] }}/{{ record['file_name'] }}"],
    }),
  },
  examples: [
    {
      type: 'FileUploader',
      requester: { type: 'HttpRequester', url: '{{ download_target }}', http_method: 'GET' },
      download_target_extractor: { type: 'DpathExtractor', field_path: ['download_url'] },
      filename_extractor: "{{ record['id'] }}/{{ record['file_name'] }}",
    },
  ],
  build: ({ requester, download_target_extractor, filename_extractor }, ctx) =>
    new RequestedFileUploader(requester, download_target_extractor, filename_extractor, ctx),
});

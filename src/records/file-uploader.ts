import type { JsonObject } from '../protocol/json';
import type { StreamSlice } from '../slices/stream-slice';

/** Where the file of a record was put; goes into the record's message as `file_reference`. */
export interface FileReference {
  staging_file_url: string;
  source_file_relative_path: string;
  /** -1 in a test read, which writes no file. */
  file_size_bytes: number;
}

/** Fetches the file that belongs to a record. */
export interface FileUploader {
  upload(record: JsonObject, slice: StreamSlice): Promise<FileReference>;
}

declare module '../manifest/kinds' {
  interface ComponentKinds {
    FileUploader: FileUploader;
  }
}

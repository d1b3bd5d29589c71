import type { SourceStream } from '../../streams/source-stream';
import type { Availability } from './probe-stream';

/** What a check may ask of the source. */
export interface CheckedSource {
  /** Streams by name, static ones first; builds no more than asked for. */
  streams(names?: readonly string[]): Promise<SourceStream[]>;
  /** Names of the streams that a dynamic stream definition gave, by the definition's name. */
  dynamicStreamNames(): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Reads at most one record of the stream and cleans up what that needed on the API's side. */
  probe(stream: SourceStream): Promise<Availability>;
  /** `__airbyte_check_stream_names` of the config. */
  readonly streamNamesFromConfig: readonly string[] | undefined;
}

export type CheckResult = { ok: true } | { ok: false; message: string };

/** Finds out whether the source can be read with this config. */
export interface ConnectionChecker {
  check(source: CheckedSource): Promise<CheckResult>;
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    ConnectionChecker: ConnectionChecker;
  }
}

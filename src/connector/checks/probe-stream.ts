import type { Runtime } from '../../platform/runtime';
import type { SourceStream } from '../../streams/source-stream';

export type Availability = { available: true } | { available: false; reason: string };

/**
 * Reads the first record of the first slice. Ending the iteration early lets an asynchronous stream abort and delete
 * the job that the check ordered.
 */
export async function probeStream(stream: SourceStream, runtime: Runtime): Promise<Availability> {
  stream.prepare({ state: {}, maxSlices: 1 });
  for await (const partition of stream.partitions()) {
    for await (const batch of partition.read()) {
      const count = batch.kind === 'lines' ? batch.count : batch.records.length;
      if (count > 0) return { available: true };
    }
    runtime.logger.info(`Successfully connected to stream ${stream.name}, but got 0 records.`);
    return { available: true };
  }
  return { available: false, reason: `Cannot attempt to connect to stream ${stream.name} - no stream slices were found` };
}

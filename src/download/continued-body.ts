import { otherFile } from './download-errors';
import { isSameFile, type FilePlace } from './file-place';
import { PrefixDigest } from './prefix-digest';
import type { ResumableDownload } from './resumable-download';

/** The rest of a file of which an earlier run has read the beginning. */
export class ContinuedBody {
  /** Whether it is known to be the same file. Until then nothing that was made of `bytes()` may go out. */
  isProven: boolean;

  /** @throws ConnectorError `download.other_file` when it is not the same file, or nothing could show that it is */
  constructor(
    private readonly download: ResumableDownload,
    private readonly place: FilePlace,
  ) {
    this.isProven = download.start > 0 || place.file.prefix?.bytes === 0 || isSameFile(place.file, download.representation);
    if (this.isProven || place.file.prefix) return;
    download.response.body.discard();
    throw otherFile();
  }

  /** From the place on. @throws ConnectorError `download.other_file` where the beginning turns out to be another one */
  async *bytes(): AsyncGenerator<Uint8Array> {
    const { download, place } = this;
    const prefix = this.isProven ? undefined : place.file.prefix;
    const digest = PrefixDigest.start();
    let toProve = prefix?.bytes ?? 0;
    let toSkip = place.bytes - download.start;
    for await (const chunk of download.bytes()) {
      if (prefix && !this.isProven) {
        const part = chunk.subarray(0, toProve);
        digest.update(part);
        toProve -= part.length;
        if (toProve === 0) {
          if (digest.text() !== prefix.digest) throw otherFile();
          this.isProven = true;
        }
      }
      const skipped = Math.min(toSkip, chunk.length);
      toSkip -= skipped;
      if (skipped < chunk.length) yield skipped > 0 ? chunk.subarray(skipped) : chunk;
    }
    if (!this.isProven || toSkip > 0) throw otherFile();
  }
}

import { batch, signal } from '@preact/signals';
import { ApiError, type Api } from '../api';
import { slug } from '../inputs/spec-inputs';
import type { PageState } from '../state';

/** Opening and saving the manifest's file. */
export class FileActions {
  readonly isSaving = signal(false);
  /** A name is needed before the first save. */
  readonly asksForName = signal(false);
  /** The file is not what was opened: which of the two stays? */
  readonly hasConflict = signal(false);

  constructor(
    private readonly state: PageState,
    private readonly api: Api,
  ) {}

  async save(fileName?: string): Promise<void> {
    const { saved, text, notice } = this.state;
    if (this.isSaving.value) return;
    if (saved.value.file === null && fileName === undefined) {
      this.asksForName.value = true;
      return;
    }
    this.isSaving.value = true;
    const sent = text.value;
    try {
      const file = await this.api.saveManifest({ text: sent, version: saved.value.version, ...(fileName !== undefined && { file: fileName }) });
      batch(() => {
        // The text may have gone on while it was saved.
        saved.value = { ...file, text: sent };
        this.asksForName.value = false;
        this.state.changedOnDisk.value = null;
        notice.value = { kind: 'info', text: `Saved ${file.file ?? ''}` };
      });
    } catch (error) {
      if (error instanceof ApiError && error.status === 412) this.hasConflict.value = true;
      else notice.value = { kind: 'error', text: `Not saved: ${error instanceof Error ? error.message : String(error)}` };
    } finally {
      this.isSaving.value = false;
    }
  }

  /** Takes what is on disk; unsaved changes go, but undo brings them back. */
  async reload(): Promise<void> {
    await this.withDisk((file) => {
      const mine = this.state.text.value;
      const isModified = this.state.isModified.value;
      this.state.open(file);
      if (isModified) this.state.setText(mine), this.state.undo();
      this.state.notice.value = { kind: 'info', text: `Read ${file.file ?? 'the file'} again` };
    });
  }

  /** Writes over what somebody else wrote. */
  async overwrite(): Promise<void> {
    await this.withDisk((file) => {
      this.state.saved.value = file;
      this.state.changedOnDisk.value = null;
    });
    await this.save();
  }

  /** What a download is called. */
  exportName(): string {
    return this.state.saved.value.file ?? `${slug(this.state.streamName.value ?? '') || 'manifest'}.yaml`;
  }

  private async withDisk(use: (file: Awaited<ReturnType<Api['manifest']>>) => void): Promise<void> {
    try {
      const file = await this.api.manifest();
      batch(() => use(file));
    } catch (error) {
      this.state.notice.value = { kind: 'error', text: error instanceof Error ? error.message : String(error) };
    }
  }
}

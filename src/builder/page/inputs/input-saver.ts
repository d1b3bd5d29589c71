import type { JsonObject, JsonValue } from '../../../protocol/json';
import type { Api } from '../api';
import { withValue } from '../document';
import type { PageState } from '../state';

/** After the last letter. */
const SAVE_DELAY_MS = 300;

/** Hands test values to the server: letters are gathered, saves follow each other, secrets are forgotten here. */
export class InputSaver {
  private pending: JsonObject = {};
  private timer: ReturnType<typeof setTimeout> | undefined;
  private saving: Promise<void> = Promise.resolve();

  constructor(
    private readonly state: PageState,
    private readonly api: Api,
  ) {}

  /** `null` removes the value. */
  set(path: readonly string[], value: JsonValue): void {
    this.pending = withValue(this.pending, path, value) as JsonObject;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), SAVE_DELAY_MS);
  }

  keep(keep: boolean): Promise<void> {
    return this.save({}, keep);
  }

  /** When all that was typed is with the server. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    const values = this.pending;
    this.pending = {};
    return Object.keys(values).length > 0 ? this.save(values, this.state.inputs.value.keptIn !== null) : this.saving;
  }

  private save(values: JsonObject, keep: boolean): Promise<void> {
    this.saving = this.saving.then(async () => {
      try {
        this.state.inputs.value = await this.api.saveInputs({ values, keep, text: this.state.text.value });
      } catch (error) {
        this.state.notice.value = { kind: 'error', text: `The test values were not saved: ${error instanceof Error ? error.message : String(error)}` };
      }
    });
    return this.saving;
  }
}

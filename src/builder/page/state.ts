import { batch, computed, signal } from '@preact/signals';
import { isObject, type JsonObject, type JsonValue } from '../../protocol/json';
import type { Definitions, Finding, InputsStatus, ManifestFile, Session } from '../page-contract';
import { ManifestDocument, type Path } from './document';
import { History } from './history';
import { missingValues } from './missing-values';
import { locate, readAt } from './references';
import { formatPlace, parsePlace, type Place, type Route } from './routes';

export type StreamKind = 'sync' | 'async' | 'other';

/** What the page knows. One text is the truth; forms and the editor are views of it. */
export class PageState {
  readonly session = signal<Session | null>(null);
  readonly definitions = signal<Definitions | null>(null);
  readonly inputs = signal<InputsStatus>({ values: {}, secretsSet: [], keptIn: null });
  /** As it is on disk, as far as this page knows. */
  readonly saved = signal<ManifestFile>({ text: '', version: null, file: null });
  /** A version that somebody else wrote. */
  readonly changedOnDisk = signal<string | null>(null);
  /** What the server found. */
  readonly lintFindings = signal<Finding[]>([]);
  /** The test whose answers previews see. */
  readonly testId = signal<string | null>(null);
  readonly place = signal<Place>(parsePlace(''));
  /** Said to screen readers, and shown for a while. */
  readonly notice = signal<{ kind: 'info' | 'error'; text: string } | null>(null);

  private readonly history = signal(new History(ManifestDocument.parse('')));

  readonly manifest = computed(() => this.history.value.current);
  /** Everything that is wrong, or not there yet. */
  readonly findings = computed<Finding[]>(() => [...this.lintFindings.value, ...missingValues(this.model.value)]);
  readonly text = computed(() => this.manifest.value.text);
  readonly model = computed(() => this.manifest.value.model);
  readonly canUndo = computed(() => this.history.value.canUndo);
  readonly canRedo = computed(() => this.history.value.canRedo);
  readonly isModified = computed(() => this.text.value !== this.saved.value.text);
  readonly view = computed<'ui' | 'yaml'>(() => (this.place.value.parameters.get('view') === 'yaml' ? 'yaml' : 'ui'));
  readonly streams = computed<JsonObject[]>(() => {
    const streams = this.read(['streams']);
    return Array.isArray(streams) ? streams.map((_, index) => objectAt(this.model.value, ['streams', index])) : [];
  });
  /** The stream of the address, else the first one; -1 without streams. */
  readonly streamIndex = computed(() => {
    const { route } = this.place.value;
    const index = route.page === 'stream' ? this.streams.value.findIndex((stream) => streamName(stream) === route.stream) : -1;
    return index >= 0 ? index : this.streams.value.length > 0 ? 0 : -1;
  });
  /** The stream that is tested; `null` without streams. */
  readonly selectedStream = computed(() => this.streams.value[this.streamIndex.value] ?? null);
  readonly streamName = computed(() => (this.selectedStream.value ? streamName(this.selectedStream.value) : null));
  readonly streamPath = computed<Path>(() => ['streams', this.streamIndex.value]);
  readonly streamKind = computed<StreamKind>(() => kindOf(this.model.value, this.streamPath.value));

  /** With references followed. */
  read(path: Path): JsonValue | undefined {
    return readAt(this.model.value, path);
  }

  open(file: ManifestFile): void {
    batch(() => {
      this.saved.value = file;
      this.changedOnDisk.value = null;
      this.history.value = new History(ManifestDocument.parse(file.text));
    });
  }

  /** One step for undo. Edits of one `group` that follow each other are one step, e.g. the letters of a field. */
  edit(change: (manifest: ManifestDocument) => ManifestDocument, group?: string): void {
    this.history.value = this.history.value.push(change(this.manifest.value), group);
  }

  /** References on the way are followed: the value changes where it stands. `undefined` removes it. */
  setAt(path: Path, value: JsonValue | undefined, group = path.join('.')): void {
    this.edit((manifest) => manifest.setAt(locate(manifest.model, path), value), group);
  }

  setText(text: string, group?: string): void {
    if (text !== this.text.value) this.edit(() => ManifestDocument.parse(text), group);
  }

  undo(): void {
    this.history.value = this.history.value.undo();
  }

  redo(): void {
    this.history.value = this.history.value.redo();
  }

  go(route: Route): void {
    const { route: before, parameters } = this.place.value;
    const isSameStream = before.page === 'stream' && route.page === 'stream' && before.stream === route.stream;
    // The run and the request of the address belong to their stream.
    this.place.value = { route, parameters: isSameStream ? parameters : new URLSearchParams(this.view.value === 'yaml' ? 'view=yaml' : '') };
  }

  goToStream(name: string, tab = ''): void {
    this.go({ page: 'stream', stream: name, tab });
  }

  setParameter(name: string, value: string | null): void {
    const { route, parameters } = this.place.value;
    const next = new URLSearchParams(parameters);
    if (value === null) next.delete(name);
    else next.set(name, value);
    this.place.value = { route, parameters: next };
  }

  readonly address = computed(() => formatPlace(this.place.value));
}

/** Older manifests give the name as a parameter. */
export function streamName(stream: JsonObject): string {
  if (typeof stream.name === 'string') return stream.name;
  const parameters = stream.$parameters;
  return isObject(parameters) && typeof parameters.name === 'string' ? parameters.name : '';
}

export function kindOf(model: JsonObject, stream: Path): StreamKind {
  const type = objectAt(model, [...stream, 'retriever']).type;
  return type === 'AsyncRetriever' ? 'async' : type === 'SimpleRetriever' ? 'sync' : 'other';
}

/** With references followed; empty for what is no object. */
export function objectAt(model: JsonObject, path: Path): JsonObject {
  const value = readAt(model, path);
  return isObject(value) ? value : {};
}

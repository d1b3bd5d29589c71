import { effect } from '@preact/signals';
import { ApiError, type Api } from './api';
import type { Page } from './page-context';
import { parsePlace } from './routes';
import type { PageState } from './state';

/** After the last letter. */
const LINT_DELAY_MS = 300;

/** Loads what the server has, and keeps address, findings and file in step with the state. */
export async function connectPage(page: Page): Promise<void> {
  const { state, api } = page;
  followAddress(state);
  try {
    const [session, definitions, manifest] = await Promise.all([api.session(), api.definitions(), api.manifest()]);
    state.session.value = session;
    state.definitions.value = definitions;
    state.open(manifest);
    followFile(page);
    state.inputs.value = await api.inputs();
  } catch (error) {
    state.notice.value = { kind: 'error', text: error instanceof Error ? error.message : String(error) };
  }
  lintOnChange(state, api);
  addEventListener('beforeunload', (event) => {
    if (state.isModified.value) event.preventDefault();
  });
}

function followFile({ state, api, files }: Page): void {
  const onVersion = (version: string | null) => {
    if (version === null || version === state.saved.value.version || files.isSaving.value) return;
    state.changedOnDisk.value = version;
    // Nothing is lost when nothing was changed here.
    if (!state.isModified.value) void files.reload();
  };
  const look = () => api.manifest().then(({ version }) => onVersion(version), () => undefined);
  api.fileEvents(
    ({ version }) => onVersion(version),
    // Nobody told of what happened before the connection.
    (isConnected) => void (isConnected && look()),
  );
}

function followAddress(state: PageState): void {
  const read = () => {
    if (location.hash !== state.address.value) state.place.value = parsePlace(location.hash);
  };
  addEventListener('hashchange', read);
  read();
  effect(() => {
    const address = state.address.value;
    if (location.hash !== address && !(location.hash === '' && address === '#/')) location.hash = address;
  });
}

function lintOnChange(state: PageState, api: Api): void {
  effect(() => {
    const text = state.text.value;
    const controller = new AbortController();
    const timer = setTimeout(async () => {
      try {
        state.lintFindings.value = text.trim() === '' || state.manifest.value.problem ? [] : await api.lint({ text }, controller.signal);
      } catch (error) {
        if (error instanceof ApiError) state.notice.value = { kind: 'error', text: error.message };
      }
    }, LINT_DELAY_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  });
}

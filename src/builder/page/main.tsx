import { render } from 'preact';
import type { TestRequest } from '../page-contract';
import { api } from './api';
import { App } from './app';
import { connectPage } from './connect-page';
import { InputSaver } from './inputs/input-saver';
import { PageContext } from './page-context';
import { PageState } from './state';

const state = new PageState();
const inputs = new InputSaver(state, api);
const page = {
  state,
  inputs,
  // A test sees what was typed just now.
  api: { ...api, startTest: (body: TestRequest) => inputs.flush().then(() => api.startTest(body)) },
};
const root = document.getElementById('page');
if (root) {
  render(
    <PageContext.Provider value={page}>
      <App />
    </PageContext.Provider>,
    root,
  );
  void connectPage(state, api);
}

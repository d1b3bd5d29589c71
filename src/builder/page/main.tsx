import { render } from 'preact';
import { api } from './api';
import { App } from './app';
import { connectPage } from './connect-page';
import { PageContext } from './page-context';
import { PageState } from './state';

const state = new PageState();
const root = document.getElementById('page');
if (root) {
  render(
    <PageContext.Provider value={{ state, api }}>
      <App />
    </PageContext.Provider>,
    root,
  );
  void connectPage(state, api);
}

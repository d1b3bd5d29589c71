import { render } from 'preact';
import type { TestRequest } from '../page-contract';
import { api } from './api';
import { App } from './app';
import { connectPage } from './connect-page';
import { FieldForSchema } from './form/field-for-schema';
import { SchemaFieldContext } from './form/schema-field';
import { InputSaver } from './inputs/input-saver';
import { PageContext, type Page } from './page-context';
import { withAutoImport } from './streams/auto-import';
import { FileActions } from './shell/file-actions';
import { Preferences } from './shell/preferences';
import { PageState } from './state';

const state = new PageState();
const inputs = new InputSaver(state, api);
const preferences = new Preferences();
const page: Page = {
  state,
  preferences,
  files: new FileActions(state, api),
  inputs,
  // A test sees what was typed just now.
  api: withAutoImport({ ...api, startTest: (body: TestRequest) => inputs.flush().then(() => api.startTest(body)) }, state),
};
const root = document.getElementById('page');
if (root) {
  render(
    <PageContext.Provider value={page}>
      <SchemaFieldContext.Provider value={FieldForSchema}>
        <App />
      </SchemaFieldContext.Provider>
    </PageContext.Provider>,
    root,
  );
  preferences.connect();
  void connectPage(page);
}

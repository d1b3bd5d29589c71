import { isObject, type JsonObject } from '../../../protocol/json';
import type { TestEvent, TestRequest } from '../../page-contract';
import type { Api } from '../api';
import { readAt } from '../references';
import { streamName, type PageState } from '../state';

/**
 * Declares the schema that a test detected, where the manifest asks for it (`metadata.autoImportSchema`). Only for tests
 * that were started here: events of older ones are told again when the page is opened again.
 */
export function withAutoImport(api: Api, state: PageState): Api {
  const started = new Map<string, string>();
  return {
    ...api,
    async startTest(request: TestRequest) {
      const test = await api.startTest(request);
      started.set(test.id, request.streamName);
      return test;
    },
    testEvents(id, onEvent, onConnection) {
      return api.testEvents(
        id,
        (event) => {
          const name = started.get(id);
          if (name !== undefined && event.type === 'finished') {
            started.delete(id);
            importSchema(state, name, event);
          }
          onEvent(event);
        },
        onConnection,
      );
    },
  };
}

function importSchema(state: PageState, name: string, { outcome, read }: Extract<TestEvent, { type: 'finished' }>): void {
  const schema = read.inferred_schema;
  if (outcome !== 'ok' || schema === null || !isAutomatic(state.model.peek(), name)) return;
  const index = state.streams.peek().findIndex((stream) => streamName(stream) === name);
  if (index >= 0) state.setAt(['streams', index, 'schema_loader'], { type: 'InlineSchemaLoader', schema }, 'auto import');
}

function isAutomatic(model: JsonObject, name: string): boolean {
  const streams = readAt(model, ['metadata', 'autoImportSchema']);
  return isObject(streams) && streams[name] === true;
}

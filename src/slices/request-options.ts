import type { JsonObject, JsonValue } from '../protocol/json';

/** What paginators, cursors and partition routers add to a request. */
export interface RequestOptions {
  params?: JsonObject;
  headers?: JsonObject;
  bodyData?: JsonObject;
  bodyJson?: JsonObject;
}

/** Where a value goes in a request (`RequestOption` component); `RequestPath` replaces the path instead. */
export interface RequestOption {
  readonly injectInto: 'request_parameter' | 'header' | 'body_data' | 'body_json';
  /** Adds the value to `target`; a nested path is possible in a JSON body only. */
  inject(target: RequestOptions, value: JsonValue): void;
  /** The place as text, to find two options that want the same one. */
  readonly place: string;
}

declare module '../manifest/kinds' {
  interface ComponentKinds {
    RequestOption: RequestOption;
  }
}

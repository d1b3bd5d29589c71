import type { InterpolatedJson } from '../../manifest/interpolation/interpolated-json';

/** The body of a requester before it is evaluated: one text, or fields of a form or of a JSON object. */
export interface RequestBody {
  readonly form: 'text' | 'data' | 'json';
  readonly template: InterpolatedJson;
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    RequestBody: RequestBody;
  }
}

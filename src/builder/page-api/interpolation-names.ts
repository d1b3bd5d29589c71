import { FILTERS } from '../../manifest/interpolation/filters/filters';
import { MACROS } from '../../manifest/interpolation/macros';
import type { Definitions } from '../page-contract';

type Name = Definitions['interpolation']['variables'][number];

const VARIABLES: Readonly<Record<string, string>> = {
  config: "The user's inputs: {{ config['api_key'] }}.",
  parameters: 'The $parameters of this place.',
  creation_response: "The answer to the creation request, with `headers` and `request` beside its own keys: {{ creation_response['id'] }}. Polling, download and later.",
  polling_response: 'The last answer to a poll. Download target and download.',
  download_target: 'What the Download Target Extractor found: an address or an id. Download.',
  stream_interval: "The window of the incremental sync: {{ stream_interval['start_time'] }}.",
  stream_partition: "The values of the partition: {{ stream_partition['id'] }}.",
  stream_slice: 'Window and partition together.',
  next_page_token: "The token of the page: {{ next_page_token['next_page_token'] }}.",
  record: 'One record, in filters and transformations.',
  response: 'The body of the answer as JSON, in paginators and error handlers.',
  headers: 'The headers of the answer, in paginators and error handlers.',
  last_record: 'The last record of the page, in paginators.',
  last_page_size: 'How many records the page had, in paginators.',
};

const MACRO_TEXTS: Readonly<Record<string, string>> = {
  camel_case_to_snake_case: 'camel_case_to_snake_case(text)',
  day_delta: 'The date so many days from now: day_delta(-1, format="%Y-%m-%d").',
  duration: 'An ISO 8601 duration to add to a date: duration("P1D").',
  format_datetime: 'format_datetime(date, format, input_format)',
  generate_uuid: 'A new random UUID.',
  max: 'The largest of its arguments.',
  min: 'The smallest of its arguments.',
  now_utc: 'The present date and time, UTC.',
  sanitize_url: 'The text as it can stand in a URL.',
  str_to_datetime: 'A text as a date, UTC.',
  timestamp: 'A date as epoch seconds.',
  today_utc: 'The present date, UTC.',
  today_with_timezone: 'The present date somewhere: today_with_timezone("Europe/Paris").',
};

const FILTER_TEXTS: Readonly<Record<string, string>> = {
  base64decode: 'The text that was encoded with base64.',
  base64encode: 'The text in base64.',
  default: 'Another value when there is none: {{ x | default("-") }}.',
  hash: 'hash("sha256", salt), in hexadecimal digits.',
  hmac: 'hmac(key, "sha256"): a signature, in hexadecimal digits.',
  join: 'The elements of a list in one text: {{ x | join(",") }}.',
  regex_replace: 'regex_replace(pattern, replacement)',
  regex_search: 'The first match of a pattern.',
  string: 'The value as text, with the quotes of JSON.',
  tojson: 'The value as JSON.',
  urlencode: 'The text as it can stand in a URL.',
};

/** What a template may name, for completion: the functions are those that the engine has. */
export function interpolationNames(): Definitions['interpolation'] {
  return { variables: described(Object.keys(VARIABLES), VARIABLES), macros: described(MACROS.keys(), MACRO_TEXTS), filters: described(FILTERS.keys(), FILTER_TEXTS) };
}

function described(names: Iterable<string>, texts: Readonly<Record<string, string>>): Name[] {
  return [...names].map((name) => ({ name, description: texts[name] ?? '' }));
}

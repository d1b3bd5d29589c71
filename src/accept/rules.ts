/** What a source is held to: the Airbyte protocol, and what the platform and its clients make of it. */
export const RULES = {
  'output.lines': 'Each line of stdout is one JSON object with a type that the protocol knows',
  'output.messages': 'Messages have the fields of their type, and belong to the command',
  'output.exit': 'Commands end with 0; a run that fails says why in a TRACE ERROR',
  'output.secrets': 'No secret of the config is written anywhere, besides CONTROL',
  'spec.one': 'spec gives one SPEC, with a JSON schema of an object',
  'spec.config': 'The config fits the spec',
  'spec.secrets': 'Properties that look like secrets are marked airbyte_secret',
  'check.one': 'check gives one CONNECTION_STATUS, and it is SUCCEEDED',
  'check.bad_config': 'check of an empty config does not succeed, unless the spec requires nothing',
  'catalog.one': 'discover gives one CATALOG, with streams of different names and usable schemas',
  'catalog.fields': 'Primary keys and cursors are in the schema of their stream',
  'read.statuses': 'Each stream is STARTED once and ends COMPLETE once; records come in between',
  'read.records': 'Records belong to a selected stream, hold data and the time in milliseconds',
  'read.schema': 'Records fit the schema of their stream',
  'read.undeclared': 'Schemas declare the fields of the records',
  'read.empty': 'Each stream has a record, or nothing is proved about it',
  'read.key_present': 'Records have a value in each field of the primary key',
  'read.key_unique': 'No two records of a full refresh have the same primary key',
  'read.twice': 'Two full refreshes give equal records',
  'read.unknown_stream': 'A catalog with a stream that does not exist makes the read fail',
  'state.form': 'STATE is of one stream (or global), and of a selected one',
  'state.count': 'sourceStats.recordCount is the number of records since the last STATE of the stream',
  'state.last': 'The last STATE of a stream comes after its records and before COMPLETE',
  'state.repeated': 'No two STATEs of a stream are equal',
  'state.resume': 'A read from the last state works, and gives no more than all',
  'state.no_loss': 'A read from any earlier state gives all records that the state does not cover',
} as const;

export type Rule = keyof typeof RULES;

/** Findings of these rules are worth a thought; the source is accepted all the same. */
export const ADVICE: readonly Rule[] = ['spec.secrets', 'read.undeclared', 'read.empty', 'state.repeated'];

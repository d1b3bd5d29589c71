import type { ErrorEntry } from './error-entry';

/** Files, states, streams: what a run is given and what becomes of it. */
export const RUN_ERRORS = {
  'accept.not_started': ['The source that `accept` was to test could not be started.', 'Correct `--command`, and try it in a shell.'],
  'cassette.body_cut': ['A recorded test needs more of a file than the recording holds.', 'Test with the API, or record again with fewer records.'],
  'cassette.no_answer': ['A recorded test sends a request that was not recorded.', 'Test with the API, or record again: the manifest, the inputs or the limits have changed.'],
  'catalog.empty': ['The configured catalog selects no stream.', 'Select at least one stream.'],
  'catalog.unknown_stream': ['A stream that was asked for does not exist in the source.', 'Use one of those that the message lists.'],
  'check.unknown_stream': ['The check of the manifest names a stream that the source does not have.', 'Correct `check.stream_names` (or the dynamic stream that it names).'],
  'input.catalog': ['The catalog file is JSON, but no configured catalog.', 'Give an object with a list `streams`, each with `stream` and `sync_mode`, or the file that `discover --output` wrote.'],
  'input.config': ['The config file is JSON, but no object.', 'Write the user config as a JSON object.'],
  'input.not_json': ['A file of the command line is not JSON.', 'Repair it; the message names the file and the place.'],
  'input.state': ['The state file holds something that is no stream state, or a global state.', 'Give the STATE messages of an earlier read as a list, or leave the state out to read from the start.'],
  'input.too_deep': ['A file of the command line is nested deeper than any that belongs there.', 'Give the file that the platform, or an earlier run, has written.'],
  'input.unreadable': ['A file of the command line cannot be opened.', 'Check the path and its permissions; in a container, whether it is mounted.'],
  'journal.locked': ['Another run uses the same journal.', 'Wait for its end. If there is none, remove the lock file that the message names.'],
  'journal.unusable': ['The journal cannot be read or written, or is no journal.', 'Correct the path or the permissions, or remove the file to start over.'],
  'output.exists': ['The place of `--output` holds the result of an earlier run.', 'Add `--append` to go on behind it, `--force` to write it anew, or choose another place.'],
  'output.unusable': ['The place of `--output` cannot be written.', 'Check the path, the permissions and the room on the disk.'],
  'read.streams_failed': ['At least one stream failed; the others were read.', 'See the errors of the streams before it: each has a code of its own.'],
  'run.unexpected': ['Something went wrong that the connector has no name for: a bug.', 'Please report it, with the stack trace of the message and the manifest. Records that a STATE has confirmed are safe.'],
  'shards.different_rules': ['The shards of one sync did not divide a stream in the same way.', 'Run all shards with one manifest, one config and one version, then merge again.'],
  'shards.mixed': ['The states to merge are not those of one set of shards.', 'Give each shard once, all from one sync.'],
  'shards.not_a_shard': ['The states to merge differ and none is that of a shard.', 'Give only states that `read --shard` wrote.'],
  'shards.other_shard': ['A shard was given the state of another one.', 'Give each shard its own state, or the merged one.'],
  'shards.unmerged_state': ['A whole read was given the state of one shard.', 'Join the states of all shards with `state merge` first.'],
  'shards.unreadable': ['What a state says about its shard cannot be read.', 'Merge with the version of the connector that wrote it.'],
} as const satisfies Record<string, ErrorEntry>;

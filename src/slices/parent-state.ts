import { getOwn, isObject, setOwn, type JsonObject } from '../protocol/json';

/** What streams without a cursor keep as their state. */
const NO_CURSOR = '__ab_no_cursor_state_message';

/**
 * The state that a parent stream starts from, out of the state of its child: the parent's own entry in `parent_state`,
 * else the child's global cursor, else the one value of a child that had no partitions yet.
 */
export function parentStateOf(childState: JsonObject, parentName: string, parentCursorField: string | undefined): { state: JsonObject; isOwn: boolean } {
  const parents = getOwn(childState, 'parent_state');
  const own = isObject(parents) ? getOwn(parents, parentName) : undefined;
  if (isObject(own)) return { state: own, isOwn: true };
  const global = getOwn(childState, 'state');
  if (isObject(global)) return { state: global, isOwn: false };
  const [value, ...others] = Object.entries(childState).flatMap(([key, each]) => (key === NO_CURSOR ? [] : [each]));
  const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint';
  const state: JsonObject = {};
  if (others.length === 0 && isScalar && parentCursorField !== undefined) setOwn(state, parentCursorField, value);
  return { state, isOwn: false };
}

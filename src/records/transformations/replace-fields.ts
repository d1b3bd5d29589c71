import { setOwn, type JsonObject } from '../../protocol/json';

/** Gives a record, in place, exactly these fields in this order. */
export function replaceFields(record: JsonObject, fields: JsonObject): void {
  for (const key of Object.keys(record)) delete record[key];
  for (const key of Object.keys(fields)) setOwn(record, key, fields[key] as JsonObject[string]);
}

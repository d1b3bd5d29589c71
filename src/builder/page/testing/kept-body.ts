import type { ShownResponse } from '../../stream-read';

/** Shorter bodies are always kept whole; measuring longer ones costs time. */
const WHOLE_CHARACTERS = 64 * 1024;

/**
 * How long a body is when only its start was kept.
 *
 * @returns bytes, as the answer announced them; null when the body is whole or nobody said how long it is
 */
export function announcedBytes({ body, headers }: ShownResponse): number | null {
  if (body.length < WHOLE_CHARACTERS) return null;
  const header = (wanted: string) => Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];
  const encoding = header('content-encoding');
  const announced = Number(header('content-length'));
  // The length of a compressed transport says nothing of the text.
  if (!announced || (encoding !== undefined && encoding !== 'identity')) return null;
  return announced > new TextEncoder().encode(body).length ? announced : null;
}

import type { AnswerPlan } from './api-description';
import type { Answer } from './call';
import { fileBody } from './file-body';
import { fill, fillText } from './fill-template';

export function makeAnswer(plan: AnswerPlan, variables: Record<string, unknown>): Answer {
  const headers: Record<string, string> = {};
  let bytes: Buffer = Buffer.alloc(0);
  if (plan.file) {
    const file = fileBody(plan.file, variables);
    headers['Content-Type'] = file.contentType;
    if (file.contentEncoding) headers['Content-Encoding'] = file.contentEncoding;
    bytes = file.bytes;
  } else if (typeof plan.body === 'string') {
    bytes = Buffer.from(fillText(plan.body, variables));
    headers['Content-Type'] = plan.body.trimStart().startsWith('<') ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8';
  } else if (plan.body !== undefined) {
    bytes = Buffer.from(JSON.stringify(fill(plan.body, variables)));
    headers['Content-Type'] = 'application/json';
  }
  if (plan.retry_after_date !== undefined) headers['Retry-After'] = new Date(Date.now() + plan.retry_after_date * 1000).toUTCString();
  for (const [name, value] of Object.entries(plan.headers ?? {})) {
    const same = Object.keys(headers).find((known) => known.toLowerCase() === name.toLowerCase());
    if (same) delete headers[same];
    headers[name] = fillText(value, variables);
  }
  return { status: plan.status ?? 200, headers, bytes };
}

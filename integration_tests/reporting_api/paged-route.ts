import type { AnswerPlan, PagePlan, Route } from './api-description';
import { variablesOf, type Answer, type Call } from './call';
import { makeRows } from './generated-rows';
import { makeAnswer } from './make-answer';

/** A plain route. Its answer may use `{rows}`; with `page` also `{next}`, `{next_url}`, `{has_more}`, `{total}`, `{page}`. */
export function answerRoute(route: Route, call: Call): Answer {
  const variables = variablesOf(call);
  const rows = route.rows ? makeRows(route.rows, variables) : [];
  if (!route.page) return makeAnswer(route, { ...variables, rows, total: rows.length });

  const page = pageOf(route.page, call);
  if (route.page.max_size !== undefined && page.size > route.page.max_size) {
    return makeAnswer({ status: 400, body: { error: 'page size too large', max: route.page.max_size } }, variables);
  }
  const end = page.start + page.size;
  const hasMore = end < rows.length;
  const next = hasMore ? nextPosition(route.page, page, end) : null;
  const nextUrl = hasMore ? urlOf(call, route.page, next) : null;
  const plan: AnswerPlan = route.page.style === 'link' && nextUrl ? { ...route, headers: { ...route.headers, Link: `<${nextUrl}>; rel="next"` } } : route;
  return makeAnswer(plan, {
    ...variables,
    rows: rows.slice(page.start, end),
    total: rows.length,
    has_more: hasMore,
    next,
    next_url: nextUrl,
    page: page.number,
  });
}

interface Page {
  start: number;
  size: number;
  number: number;
}

function pageOf(plan: PagePlan, call: Call): Page {
  const size = Number(call.query[plan.size_param ?? 'limit'] ?? plan.size ?? 10);
  const first = plan.first_page ?? 1;
  const position = call.query[positionParam(plan)];
  if (position === undefined) return { start: 0, size, number: first };
  if (plan.style === 'page') return { start: (Number(position) - first) * size, size, number: Number(position) };
  const start = plan.style === 'offset' ? Number(position) : Number(Buffer.from(String(position), 'base64url').toString());
  return { start, size, number: Math.floor(start / size) + first };
}

function nextPosition(plan: PagePlan, page: Page, end: number): number | string {
  if (plan.style === 'page') return page.number + 1;
  return plan.style === 'offset' ? end : Buffer.from(String(end)).toString('base64url');
}

function positionParam(plan: PagePlan): string {
  return plan.position_param ?? { offset: 'offset', page: 'page', cursor: 'cursor', link: 'cursor' }[plan.style];
}

function urlOf(call: Call, plan: PagePlan, next: number | string | null): string {
  const url = new URL(call.path, call.base);
  for (const [name, value] of Object.entries(call.query)) for (const item of [value].flat()) url.searchParams.append(name, item);
  url.searchParams.set(positionParam(plan), String(next));
  return url.href;
}

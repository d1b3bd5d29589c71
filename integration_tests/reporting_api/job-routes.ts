import { createHash } from 'node:crypto';
import type { AnswerPlan, AuthRule, DownloadPlan, JobApi } from './api-description';
import { variablesOf, type Answer, type Call } from './call';
import { fileBody, type FileBody } from './file-body';
import { fillText } from './fill-template';
import { makeAnswer } from './make-answer';

type Status = string | number | boolean | null;

interface Job {
  id: string;
  statuses: Status[];
  polls: number;
  /** The variables of the request that created it. */
  creation: Record<string, unknown>;
  cancelled: boolean;
  /** Signature of a link → requests that it has served, and when it was signed. */
  links: Map<string, { uses: number; signedAt: number }>;
  files: Map<number, FileBody>;
  /** Raised by the fault `change_file`. */
  fileVersion: number;
}

export interface HandledRoute {
  on: string;
  auth: AuthRule | AuthRule[] | undefined;
  latencyMs: number | undefined;
  handle(call: Call): Answer;
  /** For the fault `change_file`. */
  changeFile?(call: Call): void;
}

/** The routes of one job API: creation, polls, downloads, cancellation and deletion over one table of jobs. */
export class JobRoutes {
  private jobs = new Map<string, Job>();
  private created = 0;

  constructor(private readonly api: JobApi) {}

  reset(): void {
    this.jobs = new Map();
    this.created = 0;
  }

  routes(): HandledRoute[] {
    const { api } = this;
    const route = (plan: AnswerPlan & { on: string }, handle: (call: Call) => Answer): HandledRoute => ({
      on: plan.on,
      auth: api.auth,
      latencyMs: plan.latency_ms,
      handle,
    });
    const routes = [route(api.create, (call) => this.create(call)), route(api.poll, (call) => this.withJob(call, (job) => this.poll(job, call)))];
    const { cancel, delete: remove, download } = api;
    if (cancel) {
      routes.push(route(cancel, (call) => this.withJob(call, (job) => {
        job.cancelled = true;
        return makeAnswer(cancel, this.variables(job, call));
      })));
    }
    if (remove) {
      routes.push(route(remove, (call) => this.withJob(call, (job) => {
        this.jobs.delete(job.id);
        return makeAnswer(remove, this.variables(job, call));
      })));
    }
    if (download) {
      routes.push({
        on: download.on,
        auth: download.auth ?? 'none',
        latencyMs: undefined,
        handle: (call) => this.withJob(call, (job) => this.download(download, job, call)),
        changeFile: (call) => {
          const job = this.jobOf(call);
          if (job) job.fileVersion++;
        },
      });
    }
    return routes;
  }

  private create(call: Call): Answer {
    const { api } = this;
    const running = [...this.jobs.values()].filter((job) => this.isRunning(job)).length;
    if (api.max_running !== undefined && running >= api.max_running) {
      return makeAnswer(api.refused ?? { status: 429, headers: { 'Retry-After': '1' }, body: { error: 'too many jobs' } }, variablesOf(call));
    }
    const n = ++this.created;
    const creation = variablesOf(call);
    const job: Job = {
      id: fillText(api.id ?? '{name}-{n}', { ...creation, name: api.name, n }),
      statuses: this.statusesOf(n),
      polls: 0,
      creation,
      cancelled: false,
      links: new Map(),
      files: new Map(),
      fileVersion: 1,
    };
    this.jobs.set(job.id, job);
    return makeAnswer(api.create, this.variables(job, call));
  }

  private poll(job: Job, call: Call): Answer {
    job.polls++;
    const plan = this.api.when?.[String(statusOf(job))];
    return makeAnswer({ ...this.api.poll, ...plan }, this.variables(job, call));
  }

  private download(plan: DownloadPlan, job: Job, call: Call): Answer {
    if (!this.linkWorks(plan, job, call)) {
      return makeAnswer(plan.expired ?? { status: 403, headers: { 'Content-Type': 'application/xml' }, body: '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>' }, variablesOf(call));
    }
    const part = Number(call.params.part ?? 1);
    let file = job.files.get(part);
    if (!file) job.files.set(part, (file = fileBody(plan.file, this.variables(job, call), part, plan.parts ?? 1)));
    const bytes = job.fileVersion === 1 ? file.bytes : Buffer.concat([file.bytes, Buffer.from(`# version ${job.fileVersion}\n`)]);
    const headers: Record<string, string> = { 'Content-Type': file.contentType };
    if (file.contentEncoding) headers['Content-Encoding'] = file.contentEncoding;
    if (plan.etag !== false) headers.ETag = `"${createHash('md5').update(bytes).digest('hex')}"`;
    if (plan.ranges !== false) headers['Accept-Ranges'] = 'bytes';
    for (const [name, value] of Object.entries(plan.headers ?? {})) headers[name] = fillText(value, this.variables(job, call));
    return { status: 200, headers, bytes };
  }

  private linkWorks(plan: DownloadPlan, job: Job, call: Call): boolean {
    if (plan.link_uses === undefined && plan.link_ms === undefined) return true;
    const link = job.links.get(String(call.query.signature ?? ''));
    if (!link) return false;
    link.uses++;
    return link.uses <= (plan.link_uses ?? Infinity) && Date.now() - link.signedAt <= (plan.link_ms ?? Infinity);
  }

  private variables(job: Job, call: Call): Record<string, unknown> {
    const status = statusOf(job);
    const urls = this.urls(job, call.base);
    return { ...job.creation, ...call.params, base: call.base, count: call.count, id: job.id, status, poll: job.polls, urls, url: urls[0] ?? null };
  }

  private urls(job: Job, base: string): string[] {
    const { download } = this.api;
    if (!download) return [];
    let suffix = '';
    if (download.link_uses !== undefined || download.link_ms !== undefined) {
      const signature = `${job.id}.${job.polls}`;
      if (!job.links.has(signature)) job.links.set(signature, { uses: 0, signedAt: Date.now() });
      suffix = `?signature=${encodeURIComponent(signature)}`;
    }
    const path = download.on.trim().split(/\s+/, 2)[1] as string;
    return Array.from({ length: download.parts ?? 1 }, (_, index) =>
      base + fillText(path, { ...job.creation, id: encodeURIComponent(job.id), part: index + 1 }) + suffix);
  }

  private jobOf(call: Call): Job | undefined {
    return this.jobs.get(call.params.id ?? String(call.query.id ?? call.body.id ?? ''));
  }

  private withJob(call: Call, handle: (job: Job) => Answer): Answer {
    const job = this.jobOf(call);
    return job ? handle(job) : makeAnswer({ status: 404, body: { error: 'no such job' } }, {});
  }

  private isRunning(job: Job): boolean {
    const finished = this.api.finished ?? [job.statuses[job.statuses.length - 1]];
    return !job.cancelled && !finished.includes(statusOf(job) as Status);
  }

  /** Of the n-th job. */
  private statusesOf(n: number): Status[] {
    const given = this.api.statuses ?? ['done'];
    if (!given.some(Array.isArray)) return given as Status[];
    const lists = given as Status[][];
    return lists[Math.min(n, lists.length) - 1] as Status[];
  }
}

/** Before the first poll: that of the first poll. */
function statusOf(job: Job): Status {
  return job.statuses[Math.min(Math.max(job.polls, 1), job.statuses.length) - 1] as Status;
}

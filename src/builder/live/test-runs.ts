import { randomBytes } from 'node:crypto';
import { errorText } from '../../errors/connector-error';
import type { ComponentRegistry } from '../../manifest/component-registry';
import type { JsonObject } from '../../protocol/json';
import type { Tape } from '../cassette/tape';
import type { BuilderWorld } from '../builder-runtime';
import type { TestRequest } from '../page-contract';
import { Refusal } from '../refusal';
import type { RunSlots } from '../run-slots';
import { LiveTest } from './live-test';

const MAX_SEEN_STATUSES = 1000;
const KEPT_RUNS = 20;
/** Tests whose bodies stay whole. */
const KEPT_WITH_BODIES = 4;

/** The tests of the page, the last ones with their results. */
export class TestRuns {
  /** Raw statuses that were seen since the server began, by stream. */
  readonly seenStatuses = new Map<string, Set<string>>();
  private readonly tests = new Map<string, LiveTest>();

  constructor(
    private readonly registry: ComponentRegistry,
    private readonly slots: RunSlots,
    private readonly world: BuilderWorld,
    private readonly log: (line: string) => void,
  ) {}

  /** @throws Refusal 503 when too many runs are under way */
  start(request: TestRequest, config: JsonObject, tape?: Tape): LiveTest {
    this.slots.throwIfFull();
    const test = new LiveTest(randomBytes(8).toString('hex'), request, this.world, tape, (status) => this.noteStatus(request.streamName, status));
    this.tests.set(test.id, test);
    this.forgetOld();
    this.slots.run([this.world.signal, test.signal], (signal) => test.carryOut(config, this.registry, signal)).catch((error: unknown) => this.log(`The test ${test.id}: ${errorText(error)}`));
    return test;
  }

  /** @throws Refusal 404 */
  get(id: string): LiveTest {
    const test = this.tests.get(id);
    if (!test) throw new Refusal(404, `There is no test ${id}; the last ${KEPT_RUNS} are kept until the server ends.`);
    return test;
  }

  private noteStatus(streamName: string, status: string): void {
    const seen = this.seenStatuses.get(streamName) ?? new Set();
    if (seen.size < MAX_SEEN_STATUSES) this.seenStatuses.set(streamName, seen.add(status));
  }

  private forgetOld(): void {
    const finished = [...this.tests.values()].filter(({ isRunning }) => !isRunning);
    for (const test of finished.slice(0, Math.max(0, this.tests.size - KEPT_RUNS))) this.tests.delete(test.id);
    for (const test of finished.slice(0, -KEPT_WITH_BODIES)) test.forgetBodies();
  }
}

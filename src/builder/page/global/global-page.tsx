import { usePage } from '../page-context';
import { ComponentForm } from '../form/component-form';
import { Disclosure } from '../form/disclosure';
import { findingsWithin } from '../findings';
import { PropertyField } from '../streams/property-field';

const PLACED = ['check', 'concurrency_level', 'api_budget', 'max_concurrent_async_job_count', 'description', 'streams', 'spec', 'definitions', 'metadata', 'schemas'];
const REST = ['version', 'dynamic_streams', 'stream_groups', '$parameters'];

/** What holds for all streams. */
export function GlobalPage() {
  const { state } = usePage();
  return (
    <section class="page" aria-labelledby="global-title">
      <h2 id="global-title">Global Configuration</h2>
      <p class="lead">What holds for the connector as a whole.</p>
      <div class="card">
        <PropertyField path={[]} type="DeclarativeSource" name="check" label="Check" hint="How the connection is checked: by reading from these streams." isRequired />
      </div>
      <div class="card">
        <PropertyField path={[]} type="DeclarativeSource" name="max_concurrent_async_job_count" label="Max Concurrent Async Job Count" hint="How many jobs may run at once, over all streams; 1 when it is not set." />
        <PropertyField path={[]} type="DeclarativeSource" name="concurrency_level" label="Concurrency Level" hint="How many partitions are read at once." />
      </div>
      <div class="card">
        <PropertyField path={[]} type="DeclarativeSource" name="api_budget" label="API Budget" hint="Keeps requests below known rate limits. 429 with Retry-After is waited out without it." />
      </div>
      <div class="card">
        <PropertyField path={[]} type="DeclarativeSource" name="description" label="Description" hint="" />
      </div>
      <Disclosure title="Advanced" findings={REST.flatMap((name) => findingsWithin(state.findings.value, [name]))}>
        <ComponentForm path={[]} type="DeclarativeSource" exclude={PLACED} title="Source" />
      </Disclosure>
    </section>
  );
}

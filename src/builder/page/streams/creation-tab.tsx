import { ComponentForm } from '../form/component-form';
import { Disclosure } from '../form/disclosure';
import type { Path } from '../document';
import { findingsWithin } from '../findings';
import { usePage } from '../page-context';
import { PropertyField } from './property-field';
import { RequesterFields } from './requester-fields';
import { SameAuthentication } from './same-authentication';

/** How a job is ordered. */
export function CreationTab({ path }: { path: Path }) {
  const retriever = [...path, 'retriever'];
  return (
    <>
      <p class="lead">Orders the job. The API answers with an id or a link that Polling uses.</p>
      <RequesterFields
        path={[...retriever, 'creation_requester']}
        urlHint="The full address that creates the job."
        urlPlaceholder="https://api.example.com/v3/exports"
        afterAuthentication={<SameAuthentication from={[...retriever, 'creation_requester']} to={[...retriever, 'polling_requester']} />}
      >
        <PropertyField path={retriever} type="AsyncRetriever" name="decoder" label="HTTP Response Format" hint="Also the format of the polling answers." />
      </RequesterFields>
      <SlicingFields path={path} retrieverType="AsyncRetriever" />
      <StreamAdvanced path={path} />
    </>
  );
}

/** What makes several requests, or jobs, of one. */
export function SlicingFields({ path, retrieverType }: { path: Path; retrieverType: string }) {
  const isAsync = retrieverType === 'AsyncRetriever';
  return (
    <>
      <div class="card">
        <PropertyField path={path} type="DeclarativeStream" name="incremental_sync" label="Incremental Sync" hint={isAsync ? 'A job for each window of time, so that a sync reads only what is new.' : 'A request for each window of time, so that a sync reads only what is new.'} />
      </div>
      <div class="card">
        <PropertyField path={[...path, 'retriever']} type={retrieverType} name="partition_router" label="Partition Router" hint={isAsync ? 'A job for each value of a list, or for each record of a parent stream.' : 'A request for each value of a list, or for each record of a parent stream.'} />
      </div>
    </>
  );
}

const PLACED = ['name', 'retriever', 'incremental_sync', 'primary_key', 'schema_loader', 'transformations'];

/** What else a stream can say. */
export function StreamAdvanced({ path }: { path: Path }) {
  const { state } = usePage();
  const findings = ['state_migrations', 'file_uploader', '$parameters'].flatMap((name) => findingsWithin(state.findings.value, [...path, name]));
  return (
    <Disclosure title="More of the stream" findings={findings}>
      <ComponentForm path={path} type="DeclarativeStream" exclude={PLACED} title="Stream" />
    </Disclosure>
  );
}

import { isObject } from '../../../protocol/json';
import type { Path } from '../document';
import { ComponentField } from '../form/component-field';
import { Disclosure } from '../form/disclosure';
import { Group } from '../form/group';
import { componentTypesOf } from '../form/shape';
import { idOf } from '../form/use-field';
import { findingsWithin } from '../findings';
import { usePage } from '../page-context';
import { ExtractorField } from './extractor-field';
import { PropertyField, usePropertySchema } from './property-field';
import { RequesterFields } from './requester-fields';

/** How the result is fetched and read. */
export function DownloadTab({ path }: { path: Path }) {
  const retriever = [...path, 'retriever'];
  return (
    <>
      <p class="lead">Fetches the result of a completed job and makes records of it.</p>
      <RequesterFields path={[...retriever, 'download_requester']} urlHint="Mostly {{ download_target }}, what Polling found." urlPlaceholder="{{ download_target }}">
        <PropertyField path={retriever} type="AsyncRetriever" name="download_decoder" label="HTTP Response Format" hint="The format of the file." />
      </RequesterFields>
      <div class="card">
        <ExtractorField path={[...retriever, 'download_extractor']} title="Download Extractor" hint="Where the file has its rows, when they are not all of it. Optional." placeholder="empty: the whole file" owner="AsyncRetriever" property="download_extractor" isOptional />
      </div>
      <div class="card">
        <PropertyField path={path} type="DeclarativeStream" name="primary_key" label="Primary Key" hint="What tells one record from another: one field, or several together." />
      </div>
      <RecordSelectorFields path={[...retriever, 'record_selector']} hint="Which records to keep. Paths into the file belong to Download Extractor." />
      <div class="card">
        <PropertyField path={path} type="DeclarativeStream" name="transformations" label="Transformations" hint="Changes each record before it is sent." />
      </div>
      <div class="card">
        <PropertyField path={retriever} type="AsyncRetriever" name="download_paginator" label="Download Paginator" hint="When one result comes in several pages." />
      </div>
      <JobLifecycle path={retriever} />
    </>
  );
}

/** Extractor, filter and casts of records. */
export function RecordSelectorFields({ path, hint }: { path: Path; hint: string }) {
  const { state } = usePage();
  const rest = ['record_filter', 'schema_normalization', 'transform_before_filtering'];
  const value = state.read(path);
  const isSet = isObject(value) && rest.some((name) => value[name] !== undefined);
  return (
    <div class="card">
      <ExtractorField path={[...path, 'extractor']} title="Record Selector" hint={hint} placeholder="empty: all of it" owner="RecordSelector" property="extractor" />
      <Disclosure title="Filter and types" startsOpen={isSet} findings={rest.flatMap((name) => findingsWithin(state.findings.value, [...path, name]))}>
        <PropertyField path={path} type="RecordSelector" name="record_filter" label="Record Filter" />
        <PropertyField path={path} type="RecordSelector" name="schema_normalization" label="Schema Normalization" />
        <PropertyField path={path} type="RecordSelector" name="transform_before_filtering" label="Transform Before Filtering" />
      </Disclosure>
    </div>
  );
}

const REQUESTS = [
  { name: 'download_target_requester', label: 'Download Target Requester', hint: 'One more request between "completed" and the download, when the poll does not have the links.' },
  { name: 'abort_requester', label: 'Abort Requester', hint: 'Stops a job that takes too long, or that was cancelled.' },
  { name: 'delete_requester', label: 'Delete Requester', hint: 'Removes a job when its records were read.' },
] as const;

/** The requests around a job that few APIs need, but that save quota where there are such. */
function JobLifecycle({ path }: { path: Path }) {
  return (
    <div class="card">
      <Group title="Job Lifecycle" hint="More requests that an API may want, or offer, for its jobs." id={`${idOf(path)}-lifecycle`}>
        {REQUESTS.map((request) => (
          <LifecycleRequest key={request.name} path={path} {...request} />
        ))}
        <PropertyField path={path} type="AsyncRetriever" name="failed_retry_wait_time_in_seconds" />
      </Group>
    </div>
  );
}

function LifecycleRequest({ path, name, label, hint }: { path: Path; name: string; label: string; hint: string }) {
  const schema = usePropertySchema('AsyncRetriever', name);
  return <ComponentField path={[...path, name]} label={label} hint={hint} schema={schema} types={componentTypesOf(schema)} field={`AsyncRetriever.${name}`} />;
}

import type { Path } from '../document';
import { ComponentForm } from '../form/component-form';
import { Disclosure } from '../form/disclosure';
import { findingsWithin } from '../findings';
import { usePage } from '../page-context';
import { objectAt } from '../state';
import { SlicingFields, StreamAdvanced } from './creation-tab';
import { RecordSelectorFields } from './download-tab';
import { PropertyField } from './property-field';
import { RequesterFields } from './requester-fields';

const PLACED = ['requester', 'decoder', 'record_selector', 'paginator', 'partition_router'];

/** A stream whose answers are its records; or one that has no form of its own. */
export function ConfigurationTab({ path }: { path: Path }) {
  const { state } = usePage();
  const retriever = [...path, 'retriever'];
  if (state.streamKind.value === 'other') {
    const { type } = objectAt(state.model.value, path);
    return (
      <>
        <p class="lead">This stream is of a kind of its own. Its fields are shown as its definition has them; YAML shows all of it.</p>
        <ComponentForm path={path} type={typeof type === 'string' ? type : 'DeclarativeStream'} exclude={['name', 'schema_loader']} title="Stream" isTitled />
      </>
    );
  }
  const more = ['pagination_reset', 'page_size_reduction', 'request_window_splitting', 'ignore_stream_slicer_parameters_on_paginated_requests', '$parameters'];
  return (
    <>
      <p class="lead">One request, answered at once with records.</p>
      <RequesterFields path={[...retriever, 'requester']} urlHint="The full address of the records." urlPlaceholder="https://api.example.com/v3/contacts">
        <PropertyField path={retriever} type="SimpleRetriever" name="decoder" label="HTTP Response Format" hint="The format of the answers." />
      </RequesterFields>
      <RecordSelectorFields path={[...retriever, 'record_selector']} hint="Where the answer has its records." />
      <div class="card">
        <PropertyField path={path} type="DeclarativeStream" name="primary_key" label="Primary Key" hint="What tells one record from another: one field, or several together." />
      </div>
      <div class="card">
        <PropertyField path={retriever} type="SimpleRetriever" name="paginator" label="Pagination" hint="When the records come in several pages." />
      </div>
      <SlicingFields path={path} retrieverType="SimpleRetriever" />
      <div class="card">
        <PropertyField path={path} type="DeclarativeStream" name="transformations" label="Transformations" hint="Changes each record before it is sent." />
      </div>
      <Disclosure title="More of the retriever" findings={more.flatMap((name) => findingsWithin(state.findings.value, [...retriever, name]))}>
        <ComponentForm path={retriever} type="SimpleRetriever" exclude={PLACED} title="Retriever" />
      </Disclosure>
      <StreamAdvanced path={path} />
    </>
  );
}

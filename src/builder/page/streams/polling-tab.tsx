import type { Path } from '../document';
import { Disclosure } from '../form/disclosure';
import { findingsWithin } from '../findings';
import { usePage } from '../page-context';
import { ExtractorField } from './extractor-field';
import { PropertyField } from './property-field';
import { RequesterFields } from './requester-fields';
import { StatusMappingFields } from './status-mapping-fields';

/** How the state of a job is asked for. */
export function PollingTab({ path }: { path: Path }) {
  const { state } = usePage();
  const retriever = [...path, 'retriever'];
  const timing = ['polling_job_timeout', 'polling_interval'];
  return (
    <>
      <p class="lead">Asks again and again whether the job is done: the status is extracted, mapped, and decides what happens next.</p>
      <RequesterFields path={[...retriever, 'polling_requester']} urlHint="Use {{ creation_response }}: the answer to the creation request." urlPlaceholder="https://api.example.com/v3/exports/{{ creation_response['id'] }}" />
      <div class="card">
        <ExtractorField path={[...retriever, 'status_extractor']} title="Status Extractor" hint="Where the answer has the status." placeholder="status" owner="AsyncRetriever" property="status_extractor" />
      </div>
      <div class="card">
        <StatusMappingFields path={[...retriever, 'status_mapping']} />
      </div>
      <div class="card">
        <ExtractorField
          path={[...retriever, 'download_target_extractor']}
          title="Download Target Extractor"
          hint="Where the answer of a completed job has the URL, or the id, of what to download. Download uses it as {{ download_target }}."
          placeholder="urls"
          owner="AsyncRetriever"
          property="download_target_extractor"
        />
      </div>
      <Disclosure title="Timing" summary="time-out, interval" findings={timing.flatMap((name) => findingsWithin(state.findings.value, [...retriever, name]))}>
        <PropertyField path={retriever} type="AsyncRetriever" name="polling_job_timeout" hint="Minutes after which a job counts as failed; 60 in a sync and 15 in a test when it is not set." />
        <PropertyField path={retriever} type="AsyncRetriever" name="polling_interval" />
      </Disclosure>
    </>
  );
}

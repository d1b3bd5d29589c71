import { useEffect, useState } from 'preact/hooks';
import type { Preview, PreviewRequest } from '../../page-contract';
import type { Path } from '../document';
import { usePage } from '../page-context';
import { placeOf } from './place-of';

const PREVIEW_DELAY_MS = 400;
/** Names that only a test gives a value. */
const READS_ANSWERS = /\b(creation_response|polling_response|download_target)\b/;

/** What a template, or a field path, gives with the answers of the last test. Nothing when it cannot be said yet. */
export function TemplatePreview({ path, template, fieldPath }: { path: Path; template?: string; fieldPath?: string[] }) {
  const { state, api } = usePage();
  const [preview, setPreview] = useState<Preview | null>(null);
  const testId = state.testId.value;
  const wanted = fieldPath ? testId !== null && fieldPath.length > 0 : /\{[{%]/.test(template ?? '') && (testId !== null || !READS_ANSWERS.test(template ?? ''));
  const subject = fieldPath ? JSON.stringify(fieldPath) : template;
  useEffect(() => {
    const name = state.streamName.peek();
    if (!wanted || !name) return setPreview(null);
    const controller = new AbortController();
    const timer = setTimeout(() => {
      const request: PreviewRequest = { text: state.text.peek(), streamName: name, place: placeOf(path), ...(fieldPath ? { path: fieldPath } : { template: template ?? '' }), ...(testId && { testId }) };
      // Without an answer there is only no preview.
      api.preview(request, controller.signal).then(setPreview, () => setPreview(null));
    }, PREVIEW_DELAY_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [wanted, subject, testId]);
  if (!wanted || !preview) return null;
  if (preview.value === undefined) return preview.problem ? <p class="preview problem">{preview.problem}</p> : null;
  return (
    <p class="preview">
      <span aria-hidden="true">→ </span>
      <span class="visually-hidden">Gives </span>
      <code>{preview.value === '' ? '(empty)' : typeof preview.value === 'string' ? preview.value : JSON.stringify(preview.value)}</code>
    </p>
  );
}

import { useMemo, useState } from 'preact/hooks';
import type { JsonValue } from '../../../protocol/json';
import { parseJson } from '../../../protocol/lossless-json';
import { size } from './amounts';
import type { PathTarget } from './field-path';
import { JsonTree } from './json-tree';

/** Texts are shown in steps, so that a file of megabytes does not stop the page. */
const TEXT_STEP = 64 * 1024;
/** Longer JSON is shown as the text that it is. */
const MAX_TREE_CHARACTERS = 1024 * 1024;

interface BodyProperties {
  body: string;
  /** There is more than `body`. */
  isCut: boolean;
  /** Bytes of the whole body, where they are known and it is cut. */
  total?: number | null;
  downloadUrl: string | null;
  /** What a click on a value of a JSON body can fill. */
  pick?: { targets: PathTarget[]; variable: string | null };
}

export function BodyView({ body, isCut, total = null, downloadUrl, pick }: BodyProperties) {
  const [shown, setShown] = useState(TEXT_STEP);
  const [asText, setAsText] = useState(false);
  const json = useMemo(() => (isCut ? undefined : jsonOf(body)), [body, isCut]);
  if (body === '') return <p class="muted">The body is empty.</p>;
  const isTree = json !== undefined && !asText;
  return (
    <div class="body">
      <p class="body-bar">
        <span class="muted">
          {isCut ? `The first ${size(body.length)}` : size(body.length)}
          {total === null ? '' : ` of ${size(total)}`}
          {!isTree && shown < body.length ? `, ${size(shown)} shown` : ''}
        </span>
        {json !== undefined && (
          <button type="button" class="small" aria-pressed={asText} onClick={() => setAsText(!asText)}>
            As text
          </button>
        )}
        {downloadUrl && (
          <a class="small" href={downloadUrl} download="">
            Download
          </a>
        )}
      </p>
      {isTree ? (
        <JsonTree value={json} targets={pick?.targets ?? []} variable={pick?.variable ?? null} />
      ) : (
        <>
          <pre class="text" tabIndex={0} aria-label="Body as text">
            {body.slice(0, shown)}
          </pre>
          {shown < body.length && (
            <button type="button" class="small" onClick={() => setShown(shown + TEXT_STEP)}>
              Show more
            </button>
          )}
        </>
      )}
    </div>
  );
}

/** Only objects and lists are worth a tree. */
function jsonOf(body: string): JsonValue | undefined {
  if (body.length > MAX_TREE_CHARACTERS || !/^\s*[[{]/.test(body)) return undefined;
  try {
    return parseJson(body);
  } catch {
    return undefined;
  }
}

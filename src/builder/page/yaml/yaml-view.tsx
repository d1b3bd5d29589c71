import { useEffect, useRef, useState } from 'preact/hooks';
import { usePage } from '../page-context';
import type { YamlEditor } from './yaml-editor';

/** The manifest as text. The editor is loaded when it is first wanted. */
export function YamlView() {
  const { state } = usePage();
  const place = useRef<HTMLDivElement>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    let editor: YamlEditor | undefined;
    let isGone = false;
    import('./yaml-editor').then(
      ({ YamlEditor: Editor }) => {
        if (!isGone && place.current) editor = new Editor(place.current, state);
      },
      () => setFailure('The editor could not be loaded. Is the Builder still running?'),
    );
    return () => {
      isGone = true;
      editor?.close();
    };
  }, []);
  const { problem } = state.manifest.value;
  return (
    <section class="yaml" aria-labelledby="yaml-title">
      <div class="yaml-head">
        <h2 id="yaml-title">YAML</h2>
        <p class="hint" id="yaml-hint">
          Ctrl+Space completes, Ctrl/Cmd+F searches; Esc and then Tab leaves the editor.
        </p>
      </div>
      {problem && (
        <p class="banner error" role="status">
          Line {problem.line}: {problem.message}
        </p>
      )}
      {failure && <p class="banner error">{failure}</p>}
      <div class="yaml-editor" ref={place} />
    </section>
  );
}

import { yaml } from '@codemirror/lang-yaml';
import { syntaxHighlighting } from '@codemirror/language';
import { unifiedMergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { COLOURS, nonce, STYLE } from './colours';

/** What was changed between two texts, to read; lines that are equal are folded. Returns what removes it. */
export function showDiff(parent: HTMLElement, before: string, after: string): () => void {
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: after,
      extensions: [
        EditorView.cspNonce.of(nonce()),
        EditorState.readOnly.of(true),
        lineNumbers(),
        yaml(),
        syntaxHighlighting(COLOURS),
        STYLE,
        EditorView.contentAttributes.of({ 'aria-label': 'Changes since the last save' }),
        unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged: { margin: 3, minSize: 6 } }),
      ],
    }),
  });
  return () => view.destroy();
}

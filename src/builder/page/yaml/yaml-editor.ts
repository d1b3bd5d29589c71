import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab, temporarilySetTabFocusMode } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, foldGutter, foldKeymap, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { effect } from '@preact/signals';
import type { ManifestDocument } from '../document';
import type { PageState } from '../state';
import { changeBetween } from './change-between';
import { completeYaml } from './complete-yaml';

/** Colours come from the page's style, so that both themes fit. */
const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--code-key)' },
  { tag: [tags.string, tags.content], color: 'var(--code-text)' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: 'var(--code-value)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--muted)', fontStyle: 'italic' },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: 'var(--muted)' },
  { tag: [tags.typeName, tags.labelName, tags.meta], color: 'var(--accent)' },
]);

const STYLE = EditorView.theme({
  '&': { height: '100%', fontSize: '13px', backgroundColor: 'var(--surface)', color: 'var(--text)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55' },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--muted)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--hover)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--selection)' },
  '.cm-panels, .cm-tooltip': { backgroundColor: 'var(--surface-raised)', color: 'var(--text)', border: '1px solid var(--border)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--accent)', color: 'var(--on-accent)' },
  '.cm-searchMatch': { backgroundColor: 'var(--selection)' },
});

/** CodeMirror as a view of the manifest's text, in both directions. */
export class YamlEditor {
  private readonly view: EditorView;
  private readonly stops: (() => void)[];

  constructor(parent: HTMLElement, state: PageState) {
    const nonce = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content ?? '';
    this.view = new EditorView({
      parent,
      state: EditorState.create({
        doc: state.text.peek(),
        extensions: [
          EditorView.cspNonce.of(nonce),
          lineNumbers(),
          highlightActiveLineGutter(),
          lintGutter(),
          foldGutter(),
          history(),
          drawSelection(),
          indentOnInput(),
          indentUnit.of('  '),
          bracketMatching(),
          closeBrackets(),
          autocompletion({ override: [(context) => complete(context, state)] }),
          highlightActiveLine(),
          highlightSelectionMatches(),
          yaml(),
          syntaxHighlighting(COLOURS),
          STYLE,
          EditorView.contentAttributes.of({ 'aria-label': 'Manifest as YAML', 'aria-describedby': 'yaml-hint' }),
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...lintKeymap, { key: 'Escape', run: temporarilySetTabFocusMode }, indentWithTab, ...defaultKeymap]),
          EditorView.updateListener.of(({ docChanged, state: { doc } }) => docChanged && state.setText(doc.toString(), 'yaml')),
        ],
      }),
    });
    this.stops = [effect(() => this.show(state.text.value)), effect(() => this.mark(state.manifest.value, state.findings.value))];
    this.view.focus();
  }

  close(): void {
    for (const stop of this.stops) stop();
    this.view.destroy();
  }

  /** Changes of the text that were made elsewhere, e.g. by a fix of one click. */
  private show(text: string): void {
    const change = changeBetween(this.view.state.doc.toString(), text);
    if (change) this.view.dispatch({ changes: change });
  }

  private mark(manifest: ManifestDocument, findings: PageState['findings']['value']): void {
    const { problem } = manifest;
    const length = this.view.state.doc.length;
    const diagnostics: Diagnostic[] = problem
      ? [{ from: Math.min(problem.from, length), to: Math.min(Math.max(problem.to, problem.from), length), severity: 'error', message: problem.message }]
      : findings.map(({ path, severity, message }) => {
          const from = Math.min(manifest.offsetOf(path) ?? 0, length);
          return { from, to: this.view.state.doc.lineAt(from).to, severity, message };
        });
    this.view.dispatch(setDiagnostics(this.view.state, diagnostics));
  }
}

function complete(context: CompletionContext, state: PageState): CompletionResult | null {
  const definitions = state.definitions.peek();
  if (!definitions) return null;
  const found = completeYaml(context.state.doc.toString(), context.pos, definitions.components);
  if (!found || (!context.explicit && found.from === context.pos)) return null;
  return { from: found.from, options: found.options.map(({ label, detail, insert }) => ({ label, detail, apply: insert, type: 'property' })), validFor: /^[\w$]*$/ };
}

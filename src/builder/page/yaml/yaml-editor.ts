import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab, temporarilySetTabFocusMode } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from '@codemirror/view';
import { effect } from '@preact/signals';
import type { ManifestDocument } from '../document';
import type { PageState } from '../state';
import { changeBetween } from './change-between';
import { COLOURS, nonce, STYLE } from './colours';
import { completeYaml } from './complete-yaml';

/** CodeMirror as a view of the manifest's text, in both directions. */
export class YamlEditor {
  private readonly view: EditorView;
  private readonly stops: (() => void)[];

  constructor(parent: HTMLElement, state: PageState) {
    this.view = new EditorView({
      parent,
      state: EditorState.create({
        doc: state.text.peek(),
        extensions: [
          EditorView.cspNonce.of(nonce()),
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

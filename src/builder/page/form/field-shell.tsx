import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { JsonObject } from '../../../protocol/json';
import type { Finding } from '../../page-contract';
import { isMissing } from '../findings';
import { shortHint, textIn } from './labels';
import { Prose } from './prose';

export interface ControlProps {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': boolean | undefined;
  'data-field-path': string;
}

interface Props {
  id: string;
  fieldPath: string;
  label: string;
  isRequired?: boolean;
  schema?: JsonObject;
  /** In place of the first sentence of the definition; empty for none. */
  hint?: string;
  findings: readonly Finding[];
  /** Something that the field itself found, e.g. a text that is no number. */
  problem?: string | null;
  /** At the right of the label. */
  action?: ComponentChildren;
  children: (control: ControlProps) => ComponentChildren;
}

/** A label, its control, a hint, help on request, and what is wrong with the value. */
export function FieldShell({ id, fieldPath, label, isRequired, schema, hint, findings, problem, action, children }: Props) {
  const shown = hint ?? shortHint(schema);
  const problems = [...(problem ? [{ severity: 'error' as const, code: 'form', message: problem }] : []), ...findings];
  const describedBy = [shown && `${id}-hint`, problems.length > 0 && `${id}-problems`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <div class="field-head">
        <label for={id} id={`${id}-label`}>
          {label}
          {isRequired && <span class="required" title="Required" aria-hidden="true" />}
        </label>
        <Help id={id} schema={schema} shown={shown} />
        {action}
      </div>
      {children({ id, 'aria-describedby': describedBy || undefined, 'aria-invalid': problems.some(isWrong) || undefined, 'data-field-path': fieldPath })}
      {shown && (
        <p class="hint" id={`${id}-hint`}>
          <Prose text={shown} />
        </p>
      )}
      <Problems id={`${id}-problems`} problems={problems} />
    </div>
  );
}

export type Problem = Pick<Finding, 'severity' | 'message' | 'code'>;

const isWrong = (problem: Problem): boolean => problem.severity === 'error' && !isMissing(problem);

/** The place that a message names is where it is shown. */
function withoutPath(message: string): string {
  const rest = message.replace(/^[a-z_]+(?:\[\d+\])?(?:\.[\w$-]+(?:\[\d+\])?)+:\s+/, '');
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

export function Problems({ id, problems }: { id: string; problems: readonly Problem[] }) {
  if (problems.length === 0) return null;
  return (
    <ul class="problems" id={id}>
      {problems.map((problem) => (
        <li key={problem.message} class={isMissing(problem) ? 'missing' : problem.severity}>
          {!isMissing(problem) && <span class="visually-hidden">{problem.severity === 'error' ? 'Error: ' : 'Warning: '}</span>}
          {withoutPath(problem.message)}
        </li>
      ))}
    </ul>
  );
}

/** The whole description with its examples, when there is more than the hint says. */
export function Help({ id, schema, shown }: { id: string; schema?: JsonObject | undefined; shown: string }) {
  const [isOpen, setOpen] = useState(false);
  const description = textIn(schema, 'description');
  const examples = Array.isArray(schema?.examples) ? schema.examples : [];
  if ((description === '' || description === shown) && examples.length === 0) return null;
  return (
    <>
      <button type="button" class="help-toggle" aria-expanded={isOpen} aria-controls={`${id}-help`} aria-label="Help" aria-describedby={`${id}-label`} onClick={() => setOpen(!isOpen)}>
        ?
      </button>
      {isOpen && (
        <div class="help" id={`${id}-help`}>
          {description && (
            <p>
              <Prose text={description} />
            </p>
          )}
          {examples.map((example) => (
            <code key={JSON.stringify(example)}>{typeof example === 'string' ? example : JSON.stringify(example)}</code>
          ))}
        </div>
      )}
    </>
  );
}

import type { ComponentChildren } from 'preact';
import type { Finding } from '../../page-contract';
import { Problems } from './field-shell';
import { Prose } from './prose';

interface Props {
  title: string;
  hint?: string;
  id: string;
  findings?: readonly Finding[];
  /** At the right of the title. */
  action?: ComponentChildren;
  isNested?: boolean;
  /** The title stands above already; it is for screen readers only. */
  isTitleHidden?: boolean;
  children: ComponentChildren;
}

/** Fields that belong together, under a title. */
export function Group({ title, hint, id, findings = [], action, isNested, isTitleHidden, children }: Props) {
  return (
    <fieldset class={isNested ? 'group nested' : 'group'} aria-describedby={hint ? `${id}-group-hint` : undefined}>
      <legend class={isTitleHidden ? 'visually-hidden' : undefined}>{title}</legend>
      {action && <div class="group-action">{action}</div>}
      {hint && (
        <p class="hint" id={`${id}-group-hint`}>
          <Prose text={hint} />
        </p>
      )}
      <Problems id={`${id}-group-problems`} problems={findings} />
      {children}
    </fieldset>
  );
}

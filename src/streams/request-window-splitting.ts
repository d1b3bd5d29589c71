import { parseDuration, PyTimedelta } from '../datetime/duration';
import { ConnectorError } from '../errors/connector-error';
import { defineComponent } from '../manifest/define-component';
import { field } from '../manifest/field';

/** What to do about an answer that says the window of the cursor is too large. */
export interface RequestWindowSplitting {
  failureMessage: string | undefined;
  /** A window of this size or less is not split. */
  minSplitWindow: PyTimedelta | undefined;
}

declare module '../manifest/kinds' {
  interface ComponentKinds {
    RequestWindowSplitting: RequestWindowSplitting;
  }
}

export const requestWindowSplitting = defineComponent({
  kind: 'RequestWindowSplitting',
  type: 'RequestWindowSplitting',
  title: 'Request window splitting',
  description:
    'When an error handler answers with SPLIT_REQUEST_WINDOW, the window of the slice is halved and each half is read anew. Records that the larger window already gave may come again. Needs a DatetimeBasedCursor with cursor_granularity.',
  fields: {
    failure_message: field.string({
      title: 'Failure message',
      description: 'Added to the error when the window cannot become smaller: what the user can do about it.',
      examples: ['Select fewer fields of this stream.'],
    }),
    min_split_window: field.string({
      title: 'Minimum split window',
      description: 'A window of this length (ISO 8601 duration without months and years) or less is not split.',
      examples: ['P1D', 'PT1H'],
    }),
  },
  examples: [{ type: 'RequestWindowSplitting' }, { type: 'RequestWindowSplitting', min_split_window: 'PT1H' }],
  build: (props, ctx) => ({
    failureMessage: props.failure_message,
    minSplitWindow: props.min_split_window ? fixedDuration(props.min_split_window, `${ctx.path}.min_split_window`) : undefined,
  }),
});

function fixedDuration(text: string, path: string): PyTimedelta {
  const duration = parseDuration(text);
  if (duration instanceof PyTimedelta && duration.micros > 0n) return duration;
  throw ConnectorError.config(
    'manifest.invalid_duration',
    `${path}: ${JSON.stringify(text)} must be a duration above zero in days, hours, minutes or seconds, e.g. P1D or PT1H.`,
  );
}

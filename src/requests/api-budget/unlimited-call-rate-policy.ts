import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import { CallRatePolicy } from './call-rate-policy';
import { HttpRequestRegexMatcher, requestMatcherFields } from './request-matcher';

export class UnlimitedCallRatePolicy extends CallRatePolicy {
  readonly largestWeight = Infinity;

  take(): number {
    return 0;
  }

  update(): void {}
}

export const unlimitedCallRatePolicy = defineComponent({
  kind: 'CallRatePolicy',
  type: 'UnlimitedCallRatePolicy',
  title: 'Unlimited call rate',
  description: 'Lets every matching request through. Put it before a limiting policy to make exceptions.',
  fields: {
    matchers: required(
      field.array(field.record(requestMatcherFields, { open: true }), { title: 'Matchers', description: 'The requests that are meant; all of them when the list is empty.' }),
    ),
  },
  examples: [{ type: 'UnlimitedCallRatePolicy', matchers: [{ method: 'GET', url_path_pattern: '/status$' }] }],
  build: ({ matchers }, ctx) => new UnlimitedCallRatePolicy(matchers.map((props, index) => new HttpRequestRegexMatcher(props, `${ctx.path}.matchers[${index}]`))),
});

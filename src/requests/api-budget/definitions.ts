import type { AnyComponentDefinition } from '../../manifest/define-component';
import { httpApiBudget } from './api-budget';
import { fixedWindowCallRatePolicy } from './fixed-window-call-rate-policy';
import { movingWindowCallRatePolicy } from './moving-window-call-rate-policy';
import { unlimitedCallRatePolicy } from './unlimited-call-rate-policy';

export const apiBudgetDefinitions: readonly AnyComponentDefinition[] = [httpApiBudget, fixedWindowCallRatePolicy, movingWindowCallRatePolicy, unlimitedCallRatePolicy];

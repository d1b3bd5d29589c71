import type { AnyComponentDefinition } from '../../manifest/define-component';
import { requestBodyGraphQl } from './request-body-graphql';
import { requestBodyJsonObject } from './request-body-json-object';
import { requestBodyPlainText } from './request-body-plain-text';
import { requestBodyUrlEncodedForm } from './request-body-url-encoded-form';

export const requestBodyDefinitions: readonly AnyComponentDefinition[] = [requestBodyPlainText, requestBodyUrlEncodedForm, requestBodyJsonObject, requestBodyGraphQl];

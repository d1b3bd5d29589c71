import type { AnyComponentDefinition } from '../../manifest/define-component';
import { compositeErrorHandler } from './composite-error-handler';
import { defaultErrorHandler } from './default-error-handler';
import { httpResponseFilter } from './http-response-filter';

export const errorHandlerDefinitions: readonly AnyComponentDefinition[] = [defaultErrorHandler, compositeErrorHandler, httpResponseFilter];

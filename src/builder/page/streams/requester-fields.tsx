import type { ComponentChildren } from 'preact';
import { getOwn, isObject, type JsonObject } from '../../../protocol/json';
import type { Path } from '../document';
import { ChoiceField, TextField } from '../form/basic-fields';
import { ComponentField } from '../form/component-field';
import { ComponentForm } from '../form/component-form';
import { Disclosure } from '../form/disclosure';
import { SchemaField } from '../form/schema-field';
import { Group } from '../form/group';
import { labelOfField } from '../form/labels';
import { ReferenceNote } from '../form/reference-note';
import { componentTypesOf } from '../form/shape';
import { idOf } from '../form/use-field';
import { findingsWithin, isWithin } from '../findings';
import { usePage } from '../page-context';
import { locate } from '../references';
import { objectAt } from '../state';
import { joinedUrl } from './joined-url';

interface Props {
  path: Path;
  urlHint: string;
  urlPlaceholder?: string;
  /** Below the method, e.g. the format of the answers. */
  children?: ComponentChildren;
  /** Below the authentication. */
  afterAuthentication?: ComponentChildren;
}

const PLACED = ['url', 'http_method', 'authenticator', 'request_parameters', 'request_headers', 'request_body', 'request_body_data', 'request_body_json', 'error_handler', 'url_base', 'path'];
const METHOD_HINT = 'Airbyte\'s own Python image knows GET and POST only.';

/** The fields of one request. */
export function RequesterFields({ path, urlHint, urlPlaceholder, children, afterAuthentication }: Props) {
  const { state } = usePage();
  const components = state.definitions.value?.components ?? {};
  const requester = objectAt(state.model.value, path);
  if (typeof requester.type === 'string' && requester.type !== 'HttpRequester') {
    return (
      <>
        <ComponentForm path={path} type={requester.type} title={requester.type} isTitled />
        {children}
      </>
    );
  }
  const definition = getOwn(components as JsonObject, 'HttpRequester');
  const properties = isObject(definition) && isObject(definition.properties) ? definition.properties : {};
  const schemaOf = (name: string): JsonObject => (isObject(properties[name]) ? properties[name] : {});
  const field = (name: string, hint?: string) => <SchemaField path={[...path, name]} label={labelOfField('HttpRequester', name, schemaOf(name))} field={`HttpRequester.${name}`} schema={schemaOf(name)} {...(hint !== undefined && { hint })} />;
  const isSet = (name: string) => getOwn(requester, name) !== undefined;
  const hasOldAddress = !isSet('url') && (isSet('url_base') || isSet('path'));
  const methods = Array.isArray(schemaOf('http_method').enum) ? (schemaOf('http_method').enum as string[]) : ['GET', 'POST'];
  const method = typeof requester.http_method === 'string' ? requester.http_method : 'GET';
  // Parts of a shared request are not this one's to take away.
  const canCombine = ['url_base', 'path'].every((name) => !isSet(name) || isWithin(locate(state.model.value, [...path, name]), locate(state.model.value, path)));
  const combine = () =>
    state.edit((manifest) => {
      const place = locate(manifest.model, path);
      const joined = joinedUrl(requester.url_base, requester.path);
      return manifest.setAt([...place, 'url'], joined).deleteAt([...place, 'url_base']).deleteAt([...place, 'path']);
    });
  const advanced = Object.keys(properties).filter((name) => !PLACED.includes(name));
  return (
    <>
      <ReferenceNote path={path} />
      <div class="card">
        {hasOldAddress ? (
          <>
            {field('url_base')}
            {field('path')}
            {canCombine && (
              <button type="button" class="link" onClick={combine}>
                Make one URL of both
              </button>
            )}
          </>
        ) : (
          <TextField path={[...path, 'url']} label="URL" schema={schemaOf('url')} hint={urlHint} placeholder={urlPlaceholder} isRequired />
        )}
        <ChoiceField path={[...path, 'http_method']} label="HTTP Method" schema={schemaOf('http_method')} options={methods} hint={method === 'GET' || method === 'POST' ? '' : METHOD_HINT} />
        {children}
      </div>
      <div class="card">
        {field('authenticator')}
        {afterAuthentication}
      </div>
      <div class="card">
        <Group title="Request Options" id={`${idOf(path)}-options`}>
          {field('request_parameters', '')}
          {field('request_headers', '')}
          {isSet('request_body_data') && field('request_body_data')}
          {isSet('request_body_json') && field('request_body_json')}
          {!isSet('request_body_data') && !isSet('request_body_json') && <ComponentField path={[...path, 'request_body']} label="Request Body" schema={schemaOf('request_body')} types={componentTypesOf(schemaOf('request_body'))} field="HttpRequester.request_body" hint="" />}
        </Group>
      </div>
      <div class="card">
        <ComponentField
          path={[...path, 'error_handler']}
          label="Error Handler"
          schema={schemaOf('error_handler')}
          types={componentTypesOf(schemaOf('error_handler'))}
          field="HttpRequester.error_handler"
          noneLabel="Default: repeat on 429 and 5xx"
          hint="What answers mean, and when to ask again, e.g. for rate limits."
        />
      </div>
      <Disclosure title="Advanced" findings={advanced.flatMap((name) => findingsWithin(state.findings.value, [...path, name]))}>
        <ComponentForm path={path} type="HttpRequester" exclude={PLACED} title="Request" />
      </Disclosure>
    </>
  );
}

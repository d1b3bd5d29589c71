import { field } from '../../manifest/field';
import type { JsonObject } from '../../protocol/json';

const statusCodes = { title: 'Statuses of a rejected refresh token', description: 'Together with the next two properties: answers with one of these statuses may mean that the user has to log in again.', examples: [[400, 500]] };
const errorKey = { title: 'Field with the error', description: 'The field of the answer that tells why the refresh token was rejected.', examples: ['error'] };
const errorValues = { title: 'Errors of a rejected refresh token', description: 'The values of that field that mean: log in again. The sync then ends with a config_error.', examples: [['invalid_grant', 'invalid_permissions']] };
const movedUp = 'Use the property of the same name of the OAuthAuthenticator.';

const configPath = (title: string, what: string, last: string) =>
  field.array(field.string(), { title, description: `Where in the config ${what} is kept; objects on the way are made when they do not exist.`, default: ['credentials', last], examples: [['credentials', last], [last]] });

/** `refresh_token_updater`: the tokens live in the config. */
const updaterFields = {
  refresh_token_name: field.string({ title: 'Name of the refresh token', description: 'The name of the refresh token in the answer and in the request.', default: 'refresh_token', examples: ['refresh_token'] }),
  access_token_config_path: configPath('Place of the access token', 'the access token', 'access_token'),
  refresh_token_config_path: configPath('Place of the refresh token', 'the refresh token', 'refresh_token'),
  token_expiry_date_config_path: configPath('Place of the expiry', 'the time at which the access token expires', 'token_expiry_date'),
  refresh_token_error_status_codes: field.array(field.integer(), { ...statusCodes, default: [], deprecated: movedUp }),
  refresh_token_error_key: field.string({ ...errorKey, default: '', deprecated: movedUp }),
  refresh_token_error_values: field.array(field.string(), { ...errorValues, default: [], deprecated: movedUp }),
};

/** Every property of an OAuthAuthenticator. */
export const oauthFields = {
  client_id_name: field.template({ title: 'Name of the client id', description: 'What the token endpoint calls the client id.', default: 'client_id', examples: ['custom_app_id'] }),
  client_id: field.template({ title: 'Client id', description: 'The id of the OAuth application.', examples: ["{{ config['client_id'] }}", "{{ config['credentials']['client_id'] }}"] }),
  client_secret_name: field.template({ title: 'Name of the client secret', description: 'What the token endpoint calls the client secret.', default: 'client_secret', examples: ['custom_app_secret'] }),
  client_secret: field.template({ title: 'Client secret', description: 'The secret of the OAuth application; may be empty where the API allows that.', examples: ["{{ config['client_secret'] }}", "{{ config['credentials']['client_secret'] }}"] }),
  refresh_token_name: field.template({ title: 'Name of the refresh token', description: 'What the token endpoint calls the refresh token.', default: 'refresh_token', examples: ['custom_app_refresh_value'] }),
  refresh_token: field.template({ title: 'Refresh token', description: 'The long-lived token that access tokens are obtained with.', examples: ["{{ config['refresh_token'] }}", "{{ config['credentials']['refresh_token'] }}"] }),
  token_refresh_endpoint: field.template({ title: 'Token endpoint', description: 'The full address that gives access tokens. Without it, access_token_value is used as it is.', examples: ['https://api.example.com/oauth2/token'] }),
  access_token_name: field.template({ title: 'Name of the access token', description: 'The field of the answer with the access token; looked for at the top and up to five levels deep.', default: 'access_token', examples: ['access_token'] }),
  access_token_value: field.template({ title: 'Access token', description: 'A token to begin with; without a token endpoint, the only one.', examples: ["{{ config['access_token'] }}"] }),
  expires_in_name: field.template({ title: 'Name of the lifetime', description: 'The field of the answer with the seconds that the token lives, or with the date of its end (see token_expiry_date_format).', default: 'expires_in', examples: ['expires_in'] }),
  grant_type_name: field.template({ title: 'Name of the grant type', description: 'What the token endpoint calls the grant type.', default: 'grant_type', examples: ['custom_grant_type'] }),
  grant_type: field.template({ title: 'Grant type', description: 'refresh_token needs a refresh token; client_credentials needs the client id and secret only.', default: 'refresh_token', examples: ['refresh_token', 'client_credentials'] }),
  refresh_request_body: field.templateJson({ accepts: ['object'], title: 'More fields of the request', description: 'Further fields of the refresh request. The standard fields win over fields of the same name.', examples: [{ applicationId: "{{ config['application_id'] }}", token: "{{ config['token'] }}" }] }),
  refresh_request_headers: field.templateJson({ accepts: ['object'], title: 'Headers of the request', description: 'Headers of the refresh request. With an Authorization header, client id and secret are left out of the fields.', examples: [{ Authorization: "Basic {{ (config['client_id'] ~ ':' ~ config['client_secret']) | base64encode }}" }] }),
  send_refresh_request_as_query_params: field.boolean({ title: 'Send as query parameters', description: 'Puts the fields of the refresh request into the query string and leaves the body empty.', default: false, examples: [true] }),
  scopes: field.array(field.string(), { title: 'Scopes', description: 'Scopes to ask for; sent as the repeated field `scopes`.', examples: [['crm.list.read', 'crm.objects.contacts.read']] }),
  token_expiry_date: field.template({ title: 'Expiry of the access token', description: 'When access_token_value ends: a date, or seconds since 1970. Without it, the token counts as expired.', examples: ['2023-04-06 07:12:10.421833+00:00', '1680842386'] }),
  token_expiry_date_format: field.string({ title: 'Format of the expiry', description: 'Set it when the answer gives the date of the end instead of a number of seconds.', examples: ['%Y-%m-%d %H:%M:%S.%f+00:00'] }),
  refresh_token_error_status_codes: field.array(field.integer(), statusCodes),
  refresh_token_error_key: field.string(errorKey),
  refresh_token_error_values: field.array(field.string(), errorValues),
  refresh_token_updater: field.record(updaterFields, { title: 'Keep tokens in the config', description: 'For refresh tokens that can be used once: after each renewal the tokens and the expiry are written into the config, and the platform is told to save it.' }),
  profile_assertion: field.component('Authenticator', { types: ['JwtAuthenticator'], title: 'Profile assertion', description: 'The JWT that stands for the client (grant type `urn:ietf:params:oauth:grant-type:jwt-bearer`).' }),
  use_profile_assertion: field.boolean({ title: 'Use the profile assertion', description: 'Logs in with profile_assertion instead of client id, client secret and refresh token.', default: false }),
};

export const oauthExamples: JsonObject[] = [
  {
    type: 'OAuthAuthenticator',
    token_refresh_endpoint: 'https://api.example.com/oauth2/token',
    client_id: "{{ config['client_id'] }}",
    client_secret: "{{ config['client_secret'] }}",
    refresh_token: "{{ config['refresh_token'] }}",
  },
  {
    type: 'OAuthAuthenticator',
    token_refresh_endpoint: 'https://api.example.com/oauth2/token',
    grant_type: 'client_credentials',
    client_id: "{{ config['client_id'] }}",
    client_secret: "{{ config['client_secret'] }}",
    scopes: ['reports.read'],
  },
  {
    type: 'OAuthAuthenticator',
    token_refresh_endpoint: 'https://api.example.com/oauth2/token',
    client_id: "{{ config['credentials']['client_id'] }}",
    client_secret: "{{ config['credentials']['client_secret'] }}",
    refresh_token: "{{ config['credentials']['refresh_token'] }}",
    refresh_token_updater: {},
  },
  {
    type: 'OAuthAuthenticator',
    token_refresh_endpoint: 'https://api.example.com/oauth2/token',
    use_profile_assertion: true,
    profile_assertion: {
      type: 'JwtAuthenticator',
      secret_key: "{{ json_loads(config['service_account'])['private_key'] }}",
      algorithm: 'RS256',
      jwt_payload: { iss: "{{ json_loads(config['service_account'])['client_email'] }}", aud: 'https://api.example.com/oauth2/token' },
    },
  },
];

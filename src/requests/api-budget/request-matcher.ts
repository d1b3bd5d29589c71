import { ConnectorError, errorText } from '../../errors/connector-error';
import { field, type Props } from '../../manifest/field';
import { pythonRegex, type PythonRegex } from '../../manifest/interpolation/python-regex';
import { str } from '../../manifest/interpolation/python-text';

/** What a matcher looks at: a request that is about to be sent. */
export interface BudgetedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The properties of `HttpRequestRegexMatcher`; in a manifest it needs no `type`. */
export const requestMatcherFields = {
  method: field.string({ title: 'Method', description: 'The HTTP method, in any case.', examples: ['GET'] }),
  url_base: field.string({
    title: 'URL base',
    description: 'Scheme and host that the URL must have, compared exactly.',
    examples: ['https://api.example.com'],
  }),
  url_path_pattern: field.string({
    title: 'URL path pattern',
    description: 'A regular expression that is searched for in the path, which has no trailing slash.',
    examples: ['^/v3/exports'],
  }),
  params: field.object({ title: 'Parameters', description: 'Query parameters that the URL must carry, with these values.' }),
  headers: field.object({ title: 'Headers', description: 'Headers that the request must carry, with these values; names in any case.' }),
  weight: field.template({
    accepts: ['integer'],
    title: 'Weight',
    description: 'How many calls of the budget one such request costs; 1 when not given.',
    examples: [5, "{{ config['export_cost'] }}"],
  }),
};

/** Says whether a request is meant: everything that is given must fit. */
export class HttpRequestRegexMatcher {
  /** Calls that a fitting request costs. */
  readonly weight: number;
  private readonly path: PythonRegex | undefined;
  private readonly base: string | undefined;
  private readonly params: readonly [string, string][];
  private readonly headers: readonly [string, string][];

  /** @throws ConnectorError `api_budget.invalid_matcher` (config_error) */
  constructor(
    private readonly props: Props<typeof requestMatcherFields>,
    where: string,
  ) {
    this.weight = props.weight ? Number(props.weight.eval()) : 1;
    if (!Number.isInteger(this.weight) || this.weight < 1) {
      throw ConnectorError.config('api_budget.invalid_matcher', `${where}: the weight must be a whole number of at least 1.`);
    }
    try {
      this.path = props.url_path_pattern ? pythonRegex(props.url_path_pattern) : undefined;
    } catch (error) {
      throw ConnectorError.config('api_budget.invalid_matcher', `${where}.url_path_pattern is no regular expression: ${errorText(error)}`);
    }
    this.base = props.url_base?.replace(/\/+$/, '');
    this.params = Object.entries(props.params ?? {}).map(([name, value]) => [name, str(value)]);
    this.headers = Object.entries(props.headers ?? {}).map(([name, value]) => [name.toLowerCase(), str(value)]);
  }

  matches(request: BudgetedRequest): boolean {
    if (this.props.method && this.props.method.toUpperCase() !== request.method) return false;
    const [, base = '', path = '', query = ''] = /^([a-z]+:\/\/[^/?#]*)([^?#]*)\??([^#]*)/i.exec(request.url) ?? [];
    if (this.base && this.base !== base) return false;
    if (this.path && ![...this.path.matches(path.replace(/\/+$/, ''))].length) return false;
    if (this.params.length > 0) {
      const sent = new Map(new URLSearchParams(query));
      if (!this.params.every(([name, value]) => sent.get(name) === value)) return false;
    }
    if (this.headers.length === 0) return true;
    const sent = new Map(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]));
    return this.headers.every(([name, value]) => sent.get(name) === value);
  }
}

/** The calls that the most expensive of the requests costs. */
export function heaviest(matchers: readonly HttpRequestRegexMatcher[]): number {
  return Math.max(1, ...matchers.map(({ weight }) => weight));
}

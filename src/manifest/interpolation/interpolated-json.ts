import { setOwn, type JsonObject, type JsonValue } from '../../protocol/json';
import { BoundTemplate, isEmpty, type EvalOptions, type TemplateScope, type Vars } from './interpolated-string';
import { str } from './python-text';
import { UNDEFINED_USED } from './template';
import { typedJson } from './typed-text';

/** A part of the source, ready to be evaluated. */
type Node =
  | { type: 'value'; value: JsonValue }
  | { type: 'template'; template: BoundTemplate }
  | { type: 'array'; items: Node[] }
  | { type: 'object'; entries: { key: BoundTemplate; value: Node }[] };

/** Any JSON value whose texts, keys included, are templates; entries that evaluate to None are dropped from objects. */
export class InterpolatedJson {
  private readonly root: Node;

  /** @throws ConnectorError `interpolation.syntax_error` or `interpolation.stream_state` */
  constructor(
    readonly source: JsonValue,
    protected readonly scope: TemplateScope,
  ) {
    this.root = this.prepare(source, scope.path ?? '');
  }

  /**
   * A template that prints nothing, or uses something undefined, is None: dropped from objects, null in arrays; when it
   * is the whole source, the empty text. `validTypes` limits the typing of values; keys always stay texts.
   */
  eval(vars?: Vars, options?: EvalOptions): JsonValue {
    if (this.root.type === 'template') {
      const value = this.text(this.root.template, vars, options);
      return value === undefined ? '' : value;
    }
    return this.evaluate(this.root, vars, options);
  }

  private prepare(value: JsonValue, path: string): Node {
    if (typeof value === 'string') return { type: 'template', template: new BoundTemplate(value, { ...this.scope, path }) };
    if (Array.isArray(value)) return { type: 'array', items: value.map((item, index) => this.prepare(item, `${path}[${index}]`)) };
    if (typeof value !== 'object' || value === null) return { type: 'value', value };
    const entries = Object.entries(value).map(([key, item]) => {
      const at = path ? `${path}.${key}` : key;
      return { key: new BoundTemplate(key, { ...this.scope, path: at }), value: this.prepare(item, at) };
    });
    return { type: 'object', entries };
  }

  private evaluate(node: Node, vars: Vars | undefined, options: EvalOptions | undefined): JsonValue {
    switch (node.type) {
      case 'value':
        return node.value;
      case 'template':
        return this.text(node.template, vars, options) ?? null;
      case 'array':
        return node.items.map((item) => this.evaluate(item, vars, options));
      case 'object': {
        const result: JsonObject = {};
        for (const { key, value } of node.entries) {
          const item = this.evaluate(value, vars, options);
          if (item !== null) setOwn(result, this.keyText(key, vars), item);
        }
        return result;
      }
    }
  }

  /** Undefined when there is nothing to type. */
  private text(template: BoundTemplate, vars: Vars | undefined, options: EvalOptions | undefined): JsonValue | undefined {
    const value = template.run(vars);
    return value === UNDEFINED_USED || isEmpty(value) ? undefined : typedJson(value, options?.validTypes);
  }

  private keyText(key: BoundTemplate, vars: Vars | undefined): string {
    const value = key.run(vars);
    if (value === UNDEFINED_USED) throw key.undefinedUsed(vars);
    const text = typedJson(str(value), ['str']);
    return typeof text === 'string' ? text : str(value);
  }
}

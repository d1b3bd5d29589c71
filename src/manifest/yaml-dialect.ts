import type { ParseOptions, DocumentOptions, SchemaOptions, ScalarTag, Tags } from 'yaml';

/**
 * YAML as PyYAML reads it: version 1.1 with merge keys, but `y` and `n` are texts, and a float with an exponent needs a
 * point and a sign. Dates stay text: a manifest holds JSON only.
 */
export const YAML_DIALECT: ParseOptions & DocumentOptions & SchemaOptions = { version: '1.1', merge: true, prettyErrors: true, uniqueKeys: false, customTags: likePython };

function likePython(tags: Tags): Tags {
  const isOther = (tag: Tags[number]) => typeof tag === 'string' || !(OWN_TAGS.has(tag.tag) && (tag.tag !== FLOAT || ('format' in tag && tag.format === 'EXP')));
  return [...tags.filter(isOther), boolean(true, /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/), boolean(false, /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/), exponent];
}

const FLOAT = 'tag:yaml.org,2002:float';
const OWN_TAGS = new Set(['tag:yaml.org,2002:bool', 'tag:yaml.org,2002:timestamp', FLOAT]);

const boolean = (value: boolean, test: RegExp): ScalarTag => ({
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  test,
  resolve: () => value,
  identify: (candidate) => candidate === value,
  stringify: ({ source, value: written }) => (source && test.test(source) ? source : String(written)),
});

const exponent: ScalarTag = {
  tag: FLOAT,
  default: true,
  format: 'EXP',
  test: /^[-+]?[0-9][0-9_]*\.[0-9_]*[eE][-+][0-9]+$/,
  resolve: (text) => Number(text.replaceAll('_', '')),
  stringify: ({ source, value }) => source ?? String(value),
};

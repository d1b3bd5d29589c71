import { placeOf } from '../../../../src/builder/page/form/place-of';
import { completionAt } from '../../../../src/builder/page/form/template-completion';

const names = (...list: string[]) => list.map((name) => ({ name, description: `what ${name} is` }));
const interpolation = { variables: names('config', 'creation_response', 'download_target', 'stream_slice'), macros: names('now_utc', 'day_delta'), filters: names('hash', 'base64encode') };

/** `|` marks the cursor. */
function complete(marked: string, place: Parameters<typeof completionAt>[2]['place'] = 'download') {
  const cursor = marked.lastIndexOf('¦');
  return completionAt(marked.replace('¦', ''), cursor, { interpolation, inputs: ['api_key', 'account'], place });
}
const labels = (marked: string, place?: Parameters<typeof completionAt>[2]['place']) => complete(marked, place)?.options.map(({ label }) => label) ?? null;

describe('completion in templates', () => {
  it('offers names inside of braces only', () => {
    expect(labels('https://¦')).toBeNull();
    expect(labels('{{ con¦')).toEqual(['config']);
    expect(labels('{{ a }} con¦')).toBeNull();
    expect(labels("{{ 'con¦")).toBeNull();
    expect(labels('{{ config con¦')).toBeNull();
    expect(labels('{{ n¦')).toEqual(['now_utc()']);
    expect(labels('{{ config | ba¦')).toEqual(['base64encode']);
  });

  it('offers inputs after config, and closes what was opened', () => {
    const { from, to, options } = complete("{{ config['a¦ }}")!;
    expect(options.map(({ insert }) => insert)).toEqual(["api_key']", "account']"]);
    expect([from, to]).toEqual([11, 12]);
    expect(complete("{{ config['ap¦'] }}")!.options[0]!.insert).toBe('api_key');
    expect(complete('{{ config[¦')!.options[0]!.insert).toBe("'api_key']");
    expect(complete('{{ config.ap¦')!.options[0]!.insert).toBe('api_key');
  });

  it('offers what exists at that point of a job', () => {
    expect(labels('{{ d¦', 'creation')).toEqual(['day_delta()']);
    expect(labels('{{ d¦', 'download')).toEqual(['download_target', 'day_delta()']);
    expect(labels('{{ cr¦', 'polling')).toEqual(['creation_response']);
    expect(labels('{{ cr¦', 'creation')).toBeNull();
  });

  it('knows the place of a field', () => {
    const at = (...path: string[]) => placeOf(['streams', 0, 'retriever', ...path]);
    expect([at('creation_requester', 'url'), at('status_extractor', 'field_path'), at('download_requester'), at('abort_requester'), at('download_target_requester'), placeOf(['check'])]).toEqual(['creation', 'polling', 'download', 'polling', 'download_target', 'other']);
  });
});

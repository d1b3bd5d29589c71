import { execFileSync } from 'node:child_process';
import { completionScript } from '../../src/cli/completion-script';

/** What bash offers for the last word. */
function offered(words: string[]): string[] {
  const script = `${completionScript('bash')}
compopt() { :; }
COMP_WORDS=(source-async-jobs "$@"); COMP_CWORD=$#
_source_async_jobs
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' }).split('\n').filter(Boolean);
}

describe('completionScript', () => {
  it.each([
    [['dis'], ['discover']],
    [['read', '--cat'], ['--catalog']],
    [['read', '--format', ''], ['json', 'pretty']],
    [['read', '--no-'], ['--no-progress']],
    [['builder', '--port', ''], []],
    [['completion', 'z'], ['zsh']],
    [['validate', 'package.j'], ['package.json']],
    [['read', '--catalog', 'package.j'], ['package.json']],
  ])('lets bash complete %j', (words, expected) => {
    expect(offered(words)).toEqual(expected);
  });

  it('quotes for zsh and fish what they would take for syntax', () => {
    expect(completionScript('zsh')).toContain("'--journal[File that keeps the states; the next read goes on from it ($SOURCE_JOURNAL)]:journal:_files'");
    expect(completionScript('fish')).toContain("-l journal -r -F -d 'File that keeps the states; the next read goes on from it ($SOURCE_JOURNAL)'");
  });
});

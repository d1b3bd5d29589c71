import { ERROR_CATALOGUE, explainError } from '../src/errors/error-catalogue';

/** The page docs/errors.md. */
export function errorReference(): string {
  const codes = Object.keys(ERROR_CATALOGUE).sort();
  const parts = [...new Set(codes.map((code) => code.split('.')[0]!))];
  const sections = parts.map((part) => {
    const rows = codes.filter((code) => code.startsWith(`${part}.`)).map((code) => {
      const { cause, whatToDo } = explainError(code)!;
      return `| <a id="${code}"></a>\`${code}\` | ${cell(cause)} | ${cell(whatToDo)} |`;
    });
    return `## ${part}\n\n| code | what happened | what to do |\n|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `# Errors

<!-- Written by npm run docs from src/errors/catalogue/. -->

Every error has a code. It stands in brackets at the beginning of \`internal_message\` in a TRACE ERROR (platforms show that as the internal
message) and at the end of the FATAL line of the log. \`source-async-jobs explain CODE\` prints the same as this page.

\`failure_type\` says who can mend it: \`config_error\` the user, \`transient_error\` time, \`system_error\` the maker of the manifest, of the
API or of this connector.

${sections.join('\n')}`;
}

function cell(text: string): string {
  return text.replace(/\|/g, '\\|');
}

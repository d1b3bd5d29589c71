import type { CsvDialect } from './csv-dialect';
import type { HeaderNaming } from './csv-header';

/** How the text of a file becomes named cells. */
export interface CsvOptions {
  dialect: CsvDialect;
  naming: HeaderNaming;
  /** Cells with one of these texts are null. */
  nulls: ReadonlySet<string>;
  /** Lines of nothing but spaces and tabs are blank, too (pandas). */
  skipSpaceLines: boolean;
}

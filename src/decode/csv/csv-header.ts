/** How the cells of the first row become the names of fields. */
export interface CsvHeader {
  /** One name a column, all different. */
  names: string[];
  /** Where surplus cells of a row go, as a list. */
  surplus: string;
  /** What is odd about the header, in words. */
  oddities: string[];
}

export type HeaderNaming = (cells: string[]) => CsvHeader;

/**
 * The reference's names (csv.DictReader): of columns with the same name the last one keeps it. The earlier ones, which
 * the reference drops, are kept as `name.1`, `name.2` … from the left.
 */
export const dictReaderNames: HeaderNaming = (cells) => {
  const last = new Map(cells.map((name, index) => [name, index]));
  const names: string[] = [];
  const taken = new Set(cells);
  const duplicates = new Set<string>();
  cells.forEach((name, index) => {
    if (last.get(name) === index) {
      names.push(name);
    } else {
      duplicates.add(name);
      names.push(unusedName(name, taken));
    }
  });
  return { names, surplus: taken.has('null') ? unusedName('null', taken) : 'null', oddities: duplicateWarning(duplicates, 'last') };
};

/** The names that pandas gives: the first of several keeps its name, later ones become `name.1` …; nameless ones `Unnamed: <index>`. */
export const pandasNames: HeaderNaming = (cells) => {
  const taken = new Set(cells);
  const named = cells.map((name, index) => {
    const invented = `Unnamed: ${index}`;
    return name !== '' ? name : taken.has(invented) ? unusedName(invented, taken) : invented;
  });
  named.forEach((name) => taken.add(name));
  const seen = new Set<string>();
  const duplicates = new Set<string>();
  const names = named.map((name) => {
    if (!seen.has(name)) {
      seen.add(name);
      return name;
    }
    duplicates.add(name);
    return unusedName(name, taken);
  });
  return { names, surplus: taken.has('null') ? unusedName('null', taken) : 'null', oddities: duplicateWarning(duplicates, 'first') };
};

function unusedName(name: string, taken: Set<string>): string {
  let number = 1;
  while (taken.has(`${name}.${number}`)) number++;
  taken.add(`${name}.${number}`);
  return `${name}.${number}`;
}

function duplicateWarning(duplicates: Set<string>, keeper: 'first' | 'last'): string[] {
  if (duplicates.size === 0) return [];
  const list = [...duplicates].slice(0, 10).map((name) => JSON.stringify(name)).join(', ');
  return [`The CSV header names several columns alike: ${list}. The ${keeper} one keeps the name, the others are kept as "<name>.1", "<name>.2" and so on.`];
}

const NAME = /\{([a-z_]+(?:\.[A-Za-z0-9_\-[\]]+)*)\}/g;

/** Puts variables into the texts of a value. A text that is one name takes the variable's type; unknown names stay. */
export function fill(value: unknown, variables: Record<string, unknown>): unknown {
  if (typeof value === 'string') {
    const whole = /^\{([a-z_]+(?:\.[A-Za-z0-9_\-[\]]+)*)\}$/.exec(value);
    if (whole) return look(whole[1] as string, variables) ?? (isKnown(whole[1] as string, variables) ? null : value);
    return value.replace(NAME, (text, name: string) => (isKnown(name, variables) ? asText(look(name, variables)) : text));
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, variables));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, variables)]));
  }
  return value;
}

export function fillText(value: string, variables: Record<string, unknown>): string {
  return asText(fill(value, variables));
}

function look(name: string, variables: Record<string, unknown>): unknown {
  return name.split('.').reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? (at as Record<string, unknown>)[key] : undefined),
    variables,
  );
}

function isKnown(name: string, variables: Record<string, unknown>): boolean {
  return Object.hasOwn(variables, name.split('.', 1)[0] as string);
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

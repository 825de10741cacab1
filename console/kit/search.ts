/** The state of a page as its URL holds it: plain names and values, no quotes, no JSON. */
export type Raw = Record<string, string | string[] | undefined>;

/** Field reads one value of the URL; what is wrong there becomes the value by itself. */
export interface Field<T> {
  read(raw: string | string[] | undefined): T;
  write(value: T): string | string[] | undefined;
}

export type Fields = Record<string, Field<any>>;
export type State<F extends Fields> = { [K in keyof F]: F[K] extends Field<infer T> ? T : never };

const one = (raw: string | string[] | undefined) => (Array.isArray(raw) ? raw[0] : raw);

/** text is a text; left out of the URL while it is `usual`. */
export const text = (usual = ''): Field<string> => ({
  read: (raw) => one(raw) ?? usual,
  write: (value) => (value === usual ? undefined : value),
});

/** oneOf is one of the values; the first is the usual one. */
export const oneOf = <T extends string>(...values: [T, ...T[]]): Field<T> => ({
  read: (raw) => values.find((v) => v === one(raw)) ?? values[0],
  write: (value) => (value === values[0] ? undefined : value),
});

/** many is a list of texts. */
export const many = (): Field<string[]> => ({
  read: (raw) => (raw === undefined ? [] : Array.isArray(raw) ? raw : [raw]),
  write: (value) => (value.length ? value : undefined),
});

/** whole is a number without fraction; left out of the URL while it is `usual`. */
export const whole = (usual = 0): Field<number> => ({
  read: (raw) => (/^-?\d{1,15}$/.test(one(raw) ?? '') ? Number(one(raw)) : usual),
  write: (value) => (value === usual ? undefined : String(value)),
});

/** flag is yes or no. */
export const flag = (): Field<boolean> => ({
  read: (raw) => one(raw) === '1',
  write: (value) => (value ? '1' : undefined),
});

/** What every list keeps in the URL, as the server's lists take it. */
export const listFields = { q: text(), filter: many(), sort: text(), cursor: text(), limit: whole(50), open: text() };
export type ListState = State<typeof listFields>;

export function readState<F extends Fields>(fields: F, raw: Raw): State<F> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.read(raw[name])])) as State<F>;
}

export function writeState<F extends Fields>(fields: F, state: Partial<State<F>>): Raw {
  const raw: Raw = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = name in state ? field.write(state[name]) : undefined;
    if (value !== undefined && value !== '') raw[name] = value;
  }
  return raw;
}

/** parse and stringify are the router's way to read and write what follows the ? of a URL. */
export function parse(search: string): Raw {
  const raw: Raw = {};
  for (const [name, value] of new URLSearchParams(search)) {
    const before = raw[name];
    raw[name] = before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value];
  }
  return raw;
}

export function stringify(raw: Record<string, unknown>): string {
  const all = new URLSearchParams();
  for (const [name, value] of Object.entries(raw)) {
    for (const v of Array.isArray(value) ? value : [value]) {
      if (v !== undefined && v !== null && v !== '') all.append(name, String(v));
    }
  }
  const text = all.toString().replaceAll('%3A', ':').replaceAll('%2C', ',');
  return text ? `?${text}` : '';
}

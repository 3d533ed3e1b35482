/** The parts of JSON Schema 2020-12 that the catalogue's forms use: one flat object of simple values and lists of texts. */
interface PropertySchema {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  examples?: unknown[];
  format?: string;
  items?: PropertySchema;
  minItems?: number;
  minLength?: number;
  minimum?: number;
  maximum?: number;
}

export interface SchemaField {
  name: string;
  label: string;
  help: string | undefined;
  input: 'text' | 'password' | 'url' | 'number' | 'checkbox' | 'select' | 'list';
  /** Of a list: each is an address. */
  isOfAddresses: boolean;
  options: string[];
  example: string | undefined;
  isRequired: boolean;
  /** Shown folded away: it has a good default and is rarely changed. */
  isMinor: boolean;
  fallback: unknown;
  minimum: number | undefined;
  maximum: number | undefined;
}

/** What is typed into a form: texts, one line for each value of a list, and ticks of checkboxes. */
export type Draft = Record<string, string | boolean>;

export type FieldProblem = 'form.required' | 'form.number' | 'form.url';

/** The fields of a schema, those one must fill in first. A secret's values are never shown while typed. */
export function fieldsOf(schema: Record<string, unknown>, isSecret: boolean): SchemaField[] {
  const properties = (schema.properties ?? {}) as Record<string, PropertySchema>;
  const required = new Set((schema.required ?? []) as string[]);
  return Object.entries(properties)
    .map(([name, property]) => fieldOf(name, property, required.has(name), isSecret))
    .sort((a, b) => Number(b.isRequired) - Number(a.isRequired));
}

function fieldOf(name: string, property: PropertySchema, isRequired: boolean, isSecret: boolean): SchemaField {
  const input = inputOf(property, isSecret);
  return {
    name,
    label: property.title ?? name,
    help: property.description,
    input,
    isOfAddresses: property.items?.format === 'uri',
    options: (property.enum ?? []).map(String),
    example: property.examples?.[0] === undefined ? undefined : String(property.examples[0]),
    isRequired: (isRequired && property.default === undefined) || (property.minItems ?? 0) > 0,
    isMinor: !isRequired && !isSecret && input !== 'url' && (property.default !== undefined || input === 'number'),
    fallback: property.default,
    minimum: property.minimum,
    maximum: property.maximum,
  };
}

function inputOf({ type, format, enum: choices }: PropertySchema, isSecret: boolean): SchemaField['input'] {
  if (choices) return 'select';
  if (type === 'array') return 'list';
  if (type === 'boolean') return 'checkbox';
  if (type === 'number' || type === 'integer') return 'number';
  if (isSecret) return 'password';
  return format === 'uri' ? 'url' : 'text';
}

/** A form's first content: what is stored, else the defaults. */
export function draftOf(fields: readonly SchemaField[], stored: Record<string, unknown>): Draft {
  return Object.fromEntries(
    fields.map(({ name, input, fallback }) => {
      const value = stored[name] ?? fallback;
      if (input === 'checkbox') return [name, value === true];
      if (input === 'list') return [name, Array.isArray(value) ? value.join('\n') : ''];
      return [name, value === undefined ? '' : String(value)];
    }),
  );
}

/** The values to send, and what is wrong with which field. Fields left empty are left out, so the defaults apply. */
export function readDraft(fields: readonly SchemaField[], draft: Draft) {
  const values: Record<string, unknown> = {};
  const problems: Record<string, FieldProblem> = {};
  for (const { name, input, isRequired, isOfAddresses } of fields) {
    const typed = draft[name];
    if (typeof typed === 'boolean') {
      values[name] = typed;
      continue;
    }
    const text = (typed ?? '').trim();
    if (text === '') {
      if (isRequired) problems[name] = 'form.required';
    } else if (input === 'number') {
      values[name] = Number(text.replace(',', '.'));
      if (Number.isNaN(values[name])) problems[name] = 'form.number';
    } else if (input === 'list') {
      const lines = text.split('\n').map((line) => line.trim());
      values[name] = lines.filter((line) => line !== '');
      if (isOfAddresses && lines.some((line) => line !== '' && !isAddress(line))) problems[name] = 'form.url';
    } else {
      values[name] = text;
      if (input === 'url' && !isAddress(text)) problems[name] = 'form.url';
    }
  }
  return { values, problems };
}

const isAddress = (text: string): boolean => /^https?:\/\/.+/.test(text);

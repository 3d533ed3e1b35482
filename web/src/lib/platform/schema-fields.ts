/** The parts of JSON Schema 2020-12 that the catalogue's forms use: one flat object of simple values. */
interface PropertySchema {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  examples?: unknown[];
  format?: string;
  minLength?: number;
  minimum?: number;
  maximum?: number;
}

export interface SchemaField {
  name: string;
  label: string;
  help: string | undefined;
  input: 'text' | 'password' | 'url' | 'number' | 'checkbox' | 'select';
  options: string[];
  example: string | undefined;
  isRequired: boolean;
  /** Shown folded away: it has a good default and is rarely changed. */
  isMinor: boolean;
  fallback: unknown;
  minimum: number | undefined;
  maximum: number | undefined;
}

/** What is typed into a form: texts, and ticks of checkboxes. */
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
    options: (property.enum ?? []).map(String),
    example: property.examples?.[0] === undefined ? undefined : String(property.examples[0]),
    isRequired: isRequired && property.default === undefined,
    isMinor: !isRequired && !isSecret && input !== 'url' && (property.default !== undefined || input === 'number'),
    fallback: property.default,
    minimum: property.minimum,
    maximum: property.maximum,
  };
}

function inputOf({ type, format, enum: choices }: PropertySchema, isSecret: boolean): SchemaField['input'] {
  if (choices) return 'select';
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
      return [name, input === 'checkbox' ? value === true : value === undefined ? '' : String(value)];
    }),
  );
}

/** The values to send, and what is wrong with which field. Fields left empty are left out, so the defaults apply. */
export function readDraft(fields: readonly SchemaField[], draft: Draft) {
  const values: Record<string, unknown> = {};
  const problems: Record<string, FieldProblem> = {};
  for (const { name, input, isRequired } of fields) {
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
    } else {
      values[name] = text;
      if (input === 'url' && !/^https?:\/\/.+/.test(text)) problems[name] = 'form.url';
    }
  }
  return { values, problems };
}

import { PROBLEMS } from '@nexus/shared/platform';
import type { OpenApiDocument } from './openapi.ts';

const STYLE = `
:root{color-scheme:light dark;--ink:#1c1e21;--soft:#5c636b;--line:#dfe2e6;--paper:#fff;--tint:#f5f6f8;--accent:#1f5fbf}
@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#a3abb5;--line:#363b42;--paper:#16181b;--tint:#1f2226;--accent:#8ab4f8}}
*{box-sizing:border-box}
body{margin:0;font:16px/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
main{max-width:56rem;margin:0 auto;padding:2rem 1rem 6rem}
h1{font-size:1.75rem;margin:0 0 .5rem}h2{font-size:1.25rem;margin:3rem 0 .75rem;text-transform:capitalize}
p{margin:.5rem 0}a{color:var(--accent)}.soft{color:var(--soft)}
details{border:1px solid var(--line);border-radius:6px;margin:.5rem 0;background:var(--paper)}
summary{cursor:pointer;padding:.625rem .875rem;display:flex;gap:.75rem;flex-wrap:wrap;align-items:baseline}
summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
details>div{padding:0 .875rem .875rem;border-top:1px solid var(--line)}
code,pre{font:14px/1.5 ui-monospace,monospace}
.method{font-weight:600;min-width:4.5rem;text-transform:uppercase}
pre{background:var(--tint);padding:.75rem;border-radius:6px;overflow-x:auto;margin:.5rem 0}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
th,td{text-align:left;vertical-align:top;padding:.375rem .75rem .375rem 0;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:1rem 0 .25rem}`;

type Node = Record<string, unknown>;

/** The reference as one page without scripts: it reads on any device, behind the strictest policy, and without a network. */
export function renderDocs(document: OpenApiDocument, nonce: string): string {
  const paths = document.paths as Record<string, Record<string, Node>>;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation, tag: tagOf(operation) })),
  );
  const sections = [...Map.groupBy(operations, ({ tag }) => tag)].map(
    ([tag, group]) =>
      `<section><h2 id="${escape(tag)}">${escape(tag)}</h2>${group.map((entry) => renderOperation(entry, document)).join('')}</section>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Nexus API</title><style nonce="${nonce}">${STYLE}</style></head><body><main>
<h1>Nexus API</h1>
<p class="soft">Version ${escape(document.info.version)} · <a href="openapi.json">openapi.json</a></p>
<p>${escape(document.info.description ?? '').replaceAll('`', '')}</p>
<p>Sign in with <code>Authorization: Bearer</code> and a Supabase access token or an API key (<code>nx_…</code>). Paths are below
<code>/api</code> on the web's own address, and below <code>/functions/v1/api</code> on the Supabase address.</p>
<pre tabindex="0">curl -H "Authorization: Bearer $NEXUS_API_KEY" $NEXUS_URL/api/media</pre>
${sections.join('\n')}
${renderProblems()}
</main></body></html>`;
}

/** The closed table: nothing else is ever answered. */
function renderProblems(): string {
  const rows = Object.entries(PROBLEMS).map(
    ([code, { status, title }]) => `<tr><td><code>${code}</code></td><td>${status}</td><td>${escape(title)}</td></tr>`,
  );
  return `<section><h2 id="problems">Problems</h2><table><tr><th>code</th><th>status</th><th>title</th></tr>${rows.join('')}</table></section>`;
}

function tagOf(operation: Node): string {
  return (operation.tags as string[] | undefined)?.[0] ?? 'other';
}

function renderOperation(
  { path, method, operation }: { path: string; method: string; operation: Node },
  document: OpenApiDocument,
): string {
  const parameters = ((operation.parameters as Node[] | undefined) ?? []).filter((parameter) => !('$ref' in parameter));
  const requested = schemaIn(operation.requestBody as Node | undefined);
  const answers = Object.entries(operation.responses as Record<string, Node>).filter(
    ([status]) => status !== 'default',
  );
  return `<details><summary><code class="method">${method}</code><code>${escape(path)}</code><span class="soft">${escape(
    String(operation.summary ?? ''),
  )}</span></summary><div>
${operation.description ? `<p>${escape(String(operation.description))}</p>` : ''}
${parameters.length > 0 ? `<h3>Parameters</h3><table>${parameters.map(renderParameter).join('')}</table>` : ''}
${requested ? `<h3>Body</h3><pre tabindex="0">${escape(outline(requested, document))}</pre>` : ''}
${answers.map(([status, answer]) => renderAnswer(status, answer, document)).join('')}
</div></details>`;
}

function renderParameter(parameter: Node): string {
  const { name, in: place, required, schema, description } = parameter;
  const kind = [
    String((schema as Node | undefined)?.type ?? ''),
    String(place),
    required ? 'required' : 'optional',
  ].join(', ');
  return `<tr><td><code>${escape(String(name))}</code></td><td class="soft">${escape(kind)}</td><td>${escape(String(description ?? ''))}</td></tr>`;
}

function renderAnswer(status: string, answer: Node, document: OpenApiDocument): string {
  const schema = schemaIn(answer);
  return `<h3>${escape(status)} <span class="soft">${escape(String(answer.description ?? ''))}</span></h3>${
    schema ? `<pre tabindex="0">${escape(outline(schema, document))}</pre>` : ''
  }`;
}

function schemaIn(part: Node | undefined): Node | undefined {
  const content = part?.content as Record<string, { schema?: Node }> | undefined;
  return content?.['application/json']?.schema;
}

/** A schema as an indented outline, near to how its JSON looks. Our contracts nest at most six deep. */
function outline(schema: Node, document: OpenApiDocument, indent = ''): string {
  if (typeof schema.$ref === 'string') return outline(resolve(schema.$ref, document), document, indent);
  const options = (schema.oneOf ?? schema.anyOf) as Node[] | undefined;
  if (options) return options.map((option) => outline(option, document, indent)).join(`\n${indent}| `);
  if (schema.allOf) return (schema.allOf as Node[]).map((part) => outline(part, document, indent)).join(' & ');
  if (schema.enum) return (schema.enum as unknown[]).map((value) => JSON.stringify(value)).join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.type === 'array') return `[${outline((schema.items ?? {}) as Node, document, indent)}]`;
  if (!schema.properties) return nameOf(schema);

  const required = new Set((schema.required as string[] | undefined) ?? []);
  const lines = Object.entries(schema.properties as Record<string, Node>).map(([name, property]) => {
    const note = property.description ? `  // ${String(property.description)}` : '';
    return `${indent}  ${name}${required.has(name) ? '' : '?'}: ${outline(property, document, `${indent}  `)}${note}`;
  });
  return `{\n${lines.join('\n')}\n${indent}}`;
}

function nameOf({ type, format }: Node): string {
  const name = Array.isArray(type) ? type.join(' | ') : String(type ?? 'any');
  return format ? `${name} (${String(format)})` : name;
}

function resolve(reference: string, document: OpenApiDocument): Node {
  const name = reference.split('/').at(-1) ?? '';
  return (document.components?.schemas?.[name] ?? {}) as Node;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

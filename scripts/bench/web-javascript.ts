/** How much JavaScript a page loads before it is complete, as it travels: gzip level 6. */
import { firstOwner, startNexus } from '../../cli/test/running/start-nexus.ts';
import type { Figure } from './figure.ts';
import { figure } from './part.ts';
import { signInByForm } from './sign-in-by-form.ts';

export async function measureWebJavaScript(): Promise<readonly Figure[]> {
  await using nexus = await startNexus();
  await firstOwner(nexus);
  const cookie = await signInByForm(nexus.url);
  return [
    await firstLoad('web-first-load-sign-in', `${nexus.url}/sign-in`, ''),
    await firstLoad('web-first-load-archive', `${nexus.url}/archive`, cookie),
  ];
}

async function firstLoad(name: string, url: string, cookie: string): Promise<Figure> {
  const response = await fetch(url, { headers: { cookie, accept: 'text/html' }, redirect: 'manual' });
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
  const html = await response.text();
  const modules = new Set<string>();
  for (const path of entries(html)) await follow(new URL(path, url).href, modules);

  let bytes = 0;
  for (const module of modules) bytes += Bun.gzipSync(await sourceOf(module), { level: 6 }).byteLength;
  const note = `${new URL(url).pathname}: modulepreload, scripts, and all they import statically, each gzipped at level 6; ${modules.size} files`;
  return figure(name, bytes / 1000, 'kB', 1, note);
}

/** What the page itself names: preloads, script files, and the modules its inline script begins with. */
function entries(html: string): string[] {
  const preloads = [...html.matchAll(/<link\b[^>]*\brel="modulepreload"[^>]*>/g)].map(([tag]) =>
    attribute(tag, 'href'),
  );
  const scripts = [...html.matchAll(/<script\b[^>]*\bsrc="[^"]*"[^>]*>/g)].map(([tag]) => attribute(tag, 'src'));
  const inline = [...html.matchAll(/\bimport\("([^"]+)"\)/g)].map(([, path]) => path!);
  const found = [...preloads, ...scripts, ...inline];
  if (found.length === 0) throw new Error('The page loads no JavaScript at all');
  return found;
}

const attribute = (tag: string, name: string): string => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '';

async function follow(module: string, seen: Set<string>): Promise<void> {
  if (seen.has(module)) return;
  seen.add(module);
  const source = await sourceOf(module);
  const imports = new Bun.Transpiler({ loader: 'js' }).scanImports(source);
  for (const { path, kind } of imports) {
    if (kind === 'import-statement') await follow(new URL(path, module).href, seen);
  }
}

const sources = new Map<string, Promise<string>>();

function sourceOf(url: string): Promise<string> {
  const known = sources.get(url) ?? fetch(url).then((response) => response.text());
  sources.set(url, known);
  return known;
}

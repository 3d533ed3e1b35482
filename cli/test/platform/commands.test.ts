import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:net';
import { freePort, runNexus, type RunningNexus, startNexus } from '../running/start-nexus.ts';

/** One process for all: the first start makes its home, as for a new user. */
let nexus: RunningNexus;
let files: string;
let apiKey: string;

const SETUP = ['setup', '--email', 'owner@example.org', '--password', 'correct horse battery', '--org', 'Harbour'];
const VTT = 'WEBVTT\n\n00:00.000 --> 00:01.000\nEvery keeper writes a diary.\n';

beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), 'nexus-files-'));
  nexus = await startNexus();
  const { exitCode, stdout, stderr } = await run([...SETUP, '--json', '--url', nexus.url]);
  if (exitCode !== 0) throw new Error(stderr);
  apiKey = (JSON.parse(stdout) as { apiKey: string }).apiKey;
}, 120_000);

afterAll(async () => {
  await nexus[Symbol.asyncDispose]();
  await rm(files, { recursive: true, force: true });
});

/** A person of their own: none of the developer's keys, logins or settings. */
const run = (args: readonly string[], environment: Record<string, string> = {}) =>
  runNexus(args, {
    NEXUS_HOME: nexus.home,
    XDG_CONFIG_HOME: join(files, 'config'),
    NEXUS_URL: '',
    NEXUS_API_KEY: '',
    ...environment,
  });
const lines = (text: string) => text.split('\n').filter(Boolean);
const asOwner = () => ({ NEXUS_URL: nexus.url, NEXUS_API_KEY: apiKey });

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(files, name);
  await Bun.write(path, content);
  return path;
}

describe('setup', () => {
  test('makes the first owner and prints a key that works', async () => {
    const response = await fetch(`${nexus.url}/api/me`, { headers: { authorization: `Bearer ${apiKey}` } });

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ user: { email: 'owner@example.org' }, orgs: [{ name: 'Harbour' }] });
  });

  test('refuses when there is an owner', async () => {
    const again = await run([...SETUP, '--url', nexus.url]);

    expect(again).toEqual({ exitCode: 1, stdout: '', stderr: expect.stringContaining('There is an owner already') });
  });

  test('says in one line when nobody answers', async () => {
    const failed = await run([...SETUP, '--url', `http://127.0.0.1:${await freePort()}`]);

    expect(failed).toMatchObject({ exitCode: 1, stdout: '' });
    expect(failed.stderr).toMatch(/^Nexus does not answer at \S+ .*npm start\n$/);
  });
});

describe('login', () => {
  test('keeps address and key for later commands, readable by their owner alone', async () => {
    const { exitCode, stdout, stderr } = await run(['login', '--url', `${nexus.url}/`, '--key', apiKey]);
    const file = join(files, 'config', 'nexus', 'login.json');

    expect([exitCode, stdout]).toEqual([0, 'owner@example.org, Harbour\n']);
    expect(stderr).toContain(file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await Bun.file(file).json()).toEqual({ url: nexus.url, apiKey });
    const added = await run(['add', '--json', await write('login.txt', 'Added with what login kept.')]);
    expect(added.exitCode).toBe(0);
    await rm(file);
  });

  test('keeps nothing that does not work', async () => {
    const wrong = await run(['login', '--url', nexus.url, '--key', `nx_${'0'.repeat(43)}`]);
    const noKey = await run(['login', '--url', nexus.url, '--key', 'secret']);

    expect([wrong.exitCode, noKey.exitCode]).toEqual([1, 1]);
    expect(noKey.stderr).toContain('nx_');
    expect(await Bun.file(join(files, 'config', 'nexus', 'login.json')).exists()).toBe(false);
  });
});

describe('add', () => {
  test('sends files with the subtitles beside them, waits, and prints one JSON array', async () => {
    const sample = join(import.meta.dir, '../../../worker/assets/sample/how-nexus-works.m4a');
    const talk = await write('talk.m4a', await Bun.file(sample).bytes());
    const subtitles = await write('talk.en.vtt', VTT);
    const notes = await write('notes.md', '# Notes\n\nFeed the bees.');

    const { exitCode, stdout, stderr } = await run(['add', '--wait', '--json', subtitles, talk, notes], asOwner());

    expect(exitCode).toBe(0);
    const outcomes = JSON.parse(stdout) as Record<string, unknown>[];
    expect(outcomes).toEqual([
      { path: talk, id: expect.any(String), status: 'ready', title: 'talk', problem: null },
      { path: notes, id: expect.any(String), status: 'ready', title: 'Notes', problem: null },
    ]);
    expect(stderr).toContain(`${talk}: sending, 100 %`);
    const response = await fetch(`${nexus.url}/api/media/${outcomes[0]?.id}/segments`, {
      headers: { authorization: `Bearer ${apiKey}` },
    });
    expect(await response.json()).toMatchObject({ segments: [{ text: 'Every keeper writes a diary.' }] });
  });

  test('a file that is not there fails the command and keeps the others in', async () => {
    const here = await write('here.txt', 'This one is here.');
    const folder = join(files, 'folder');
    await mkdir(folder);

    const paths = [join(files, 'nowhere.txt'), join(here, 'below.txt'), folder, here];
    const { exitCode, stdout, stderr } = await run(['add', '--json', ...paths], asOwner());

    expect(exitCode).toBe(1);
    const outcomes = JSON.parse(stdout) as { status: string }[];
    expect(outcomes.map(({ status }) => status)).toEqual(['not-added', 'not-added', 'not-added', 'queued']);
    expect(stderr).toContain('There is no file at');
  });

  test('an item that fails fails the command that waits for it, with the reason', async () => {
    const strange = await write('strange.mp3', new Uint8Array([0x50, 0x4b, 3, 4, ...new Uint8Array(400)]));

    const { exitCode, stdout } = await run(['add', '--wait', '--json', strange], asOwner());

    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toEqual([
      expect.objectContaining({ status: 'failed', problem: expect.stringMatching(/\w+ \w+/) }),
    ]);
  });

  test('without a key it says what to do', async () => {
    const { exitCode, stdout, stderr } = await run(['add', await write('x.txt', 'x')]);

    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toBe('No API key. Set NEXUS_API_KEY, or run: nexus login\n');
  });
});

describe('watch', () => {
  const watching = (folder: string, ...options: string[]) =>
    run(['watch', folder, '--settle', '0', ...options], { ...asOwner(), XDG_STATE_HOME: join(files, 'state') });
  test('adds what is in a folder once, with its subtitles, and leaves the rest alone', async () => {
    const sample = join(import.meta.dir, '../../../worker/assets/sample/how-nexus-works.m4a');
    await write('inbox/deep/talk of the day.m4a', await Bun.file(sample).bytes());
    await write('inbox/deep/talk of the day.vtt', VTT);
    await write('inbox/note.md', '# A watched note');
    await write('inbox/.hidden.md', 'hidden');
    await write('inbox/half.mp3.part', 'half');
    await write('inbox/program.exe', 'MZ');

    const first = await watching(join(files, 'inbox'), '--once');
    const second = await watching(join(files, 'inbox'), '--once');

    expect(first.exitCode).toBe(0);
    expect(lines(first.stdout).map((line) => line.split('\t')[1])).toEqual(
      expect.arrayContaining(['note', 'talk of the day']),
    );
    expect([lines(first.stdout).length, second.exitCode, second.stdout]).toEqual([2, 0, '']);
  });

  test('adds what comes while it runs, until it is told to end', async () => {
    const folder = join(files, 'dropbox');
    await write('dropbox/old.md', '# There before');
    const child = Bun.spawn(
      [process.execPath, 'cli/src/nexus.ts', 'watch', folder, '--no-existing', '--settle', '0.1'],
      {
        cwd: join(import.meta.dir, '../../..'),
        env: { ...process.env, ...asOwner(), XDG_STATE_HOME: join(files, 'state') },
        stdout: 'pipe',
        stderr: 'pipe',
      },
    );
    const said = child.stderr.getReader();
    await said.read();

    await write('dropbox/new.md', '# Came later');
    const { value } = await child.stdout.getReader().read();
    child.kill('SIGINT');

    expect(new TextDecoder().decode(value)).toMatch(/^[0-9a-f-]{36}\tnew\n$/);
    expect(await child.exited).toBe(0);
  });

  test('gives a recording the words that come after it', async () => {
    const sample = join(import.meta.dir, '../../../worker/assets/sample/how-nexus-works.m4a');
    await write('later/talk.m4a', new Uint8Array([...(await Bun.file(sample).bytes()), 0]));
    const [id] = (await watching(join(files, 'later'), '--once')).stdout.split('\t');
    await write('later/talk.en.vtt', VTT);

    const { exitCode, stderr } = await watching(join(files, 'later'), '--once');

    expect(exitCode).toBe(0);
    expect(stderr).toContain('its words are the transcript now');
    const item = await fetch(`${nexus.url}/api/media/${id}`, { headers: { authorization: `Bearer ${apiKey}` } });
    expect(item.status).toBe(200);
  });

  test('of a folder that is not there says so', async () => {
    const { exitCode, stderr } = await watching(join(files, 'nowhere'), '--once');

    expect([exitCode, stderr]).toEqual([1, `There is no folder at ${join(files, 'nowhere')}.\n`]);
  });
});

describe('export and import', () => {
  test('write the archive into a folder, and bring it in again', async () => {
    const folder = join(files, 'backup');
    await run(['add', '--wait', await write('kept.md', '# Kept\n\nWords worth a backup.')], asOwner());

    const exported = await run(['export', folder, '--no-media'], asOwner());
    const [path = ''] = lines(exported.stdout);
    const imported = await run(['import', path], asOwner());

    expect([exported.exitCode, path.startsWith(folder)]).toEqual([0, true]);
    expect([imported.exitCode, imported.stdout]).toEqual([
      0,
      expect.stringMatching(/\t0 added\t[1-9]\d* already there\t0 failed/),
    ]);
  });

  test('a file that is no export ends the command with the reason', async () => {
    const { exitCode, stderr } = await run(['import', await write('no-export.json', '{"a": 1}')], asOwner());

    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('no list of items')]);
  });
});

describe('doctor', () => {
  test('lists what is found and what is missing, with how to get it', async () => {
    const { exitCode, stdout } = await run(['doctor', '--json'], { NEXUS_URL: nexus.url });

    expect(exitCode).toBe(0);
    const findings = JSON.parse(stdout) as { name: string; found: boolean; detail: string }[];
    const named = (name: string) => findings.find((finding) => finding.name === name);
    expect(named('ffmpeg')).toMatchObject({ found: true });
    expect(named('server')).toMatchObject({ found: true, detail: 'health: ok' });
    expect(named('speech model')).toMatchObject({ found: false, detail: expect.stringContaining('models pull') });
  });

  test('fails without what the main job needs', async () => {
    const { exitCode, stdout } = await run(['doctor'], { PATH: files });

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/MISSING {2}ffmpeg/);
  });
});

describe('models', () => {
  test('lists the speech models and whether they are here', async () => {
    const { exitCode, stdout } = await run(['models', '--json']);

    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toContainEqual({ name: 'base', sizeBytes: expect.any(Number), isHere: false });
  });

  test('a name that none has, and a mirror that does not answer, are problems in words', async () => {
    const unknown = await run(['models', 'pull', 'enormous']);
    const nobody = await run(['models', 'pull', 'tiny', '--from', `http://127.0.0.1:${await freePort()}/`]);

    expect([unknown.exitCode, nobody.exitCode]).toEqual([1, 1]);
    expect(unknown.stderr).toMatch(/enormous[^]*base/);
    expect(nobody.stderr).not.toMatch(/at \w+ \(/);
    expect([unknown.stdout, nobody.stdout]).toEqual(['', '']);
  });
});

describe('campaigns and runs', () => {
  test('posts of a file are brought in, judged for a campaign, and told', async () => {
    const campaign = await write(
      'campaign.json',
      JSON.stringify({ name: 'Lights', query: { keywords: ['lighthouse'] }, sources: [{ source: 'bluesky' }] }),
    );
    const post = (n: number, text: string) =>
      JSON.stringify({
        network: 'mastodon',
        externalId: `${n}`,
        url: `https://example.org/${n}`,
        text,
        author: { handle: 'keeper' },
        postedAt: '2026-11-20T12:00:00Z',
      });
    const posts = await write(
      'posts.jsonl',
      `${post(1, 'Who repairs a lighthouse lamp?')}\n${post(2, 'Soup again.')}\n`,
    );

    const created = await run(['campaigns', 'create', campaign], asOwner());
    const imported = await run(['campaigns', 'import', 'Lights', posts], asOwner());
    const shown = await run(['runs', 'show', lines(imported.stdout)[0]!, '--json'], asOwner());
    const listed = await run(['runs', 'posts', lines(imported.stdout)[0]!, '--dropped'], asOwner());
    const refused = await run(['campaigns', 'create', posts], asOwner());

    expect([created.exitCode, imported.exitCode, refused.exitCode]).toEqual([0, 0, 1]);
    expect(imported.stderr).toContain('complete');
    expect(JSON.parse(shown.stdout)).toMatchObject({ kind: 'import', counts: { found: 2, dropped: 1, scored: 1 } });
    expect(listed.stdout).toContain('keeper\thttps://example.org/2\tSoup again.\tno-match');
    expect(refused.stderr).toContain('This is no JSON');
  });
});

describe('a taken port', () => {
  for (const variable of ['NEXUS_PORT', 'NEXUS_API_PORT']) {
    test(`of ${variable} is one clear line and exit 1`, async () => {
      const taken: Server = createServer();
      await new Promise<void>((listening) => taken.listen(0, '127.0.0.1', listening));
      const { port } = taken.address() as { port: number };

      const child = Bun.spawn([process.execPath, join(import.meta.dir, '../../src/up.ts')], {
        env: {
          ...process.env,
          NEXUS_HOME: join(files, 'taken'),
          NEXUS_PORT: String(await freePort()),
          NEXUS_API_PORT: String(await freePort()),
          [variable]: String(port),
        },
        stdout: 'pipe',
        stderr: 'pipe',
      });
      const [said, failure] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
      const exitCode = await child.exited;
      await new Promise((closed) => taken.close(closed));

      expect({ exitCode, said, failure }).toEqual({
        exitCode: 1,
        said: '',
        failure: `Port ${port} is taken by another program. Set ${variable} to a free one.\n`,
      });
    });
  }
});

/** Runs flite once: `bun flite-child.ts WASM FOLDER ARG…`, the folder appearing to it as `/out`. Its exit ends this process. */
import { readFile } from 'node:fs/promises';
import { WASI } from 'node:wasi';

const [wasmPath, folder, ...args] = process.argv.slice(2);
if (!wasmPath || !folder) throw new Error('Usage: flite-child.ts WASM FOLDER ARG…');

const wasi = new WASI({ version: 'preview1', args: ['flite', ...args], env: {}, preopens: { '/out': folder } });
const flite = await WebAssembly.compile(await readFile(wasmPath));
wasi.start(await WebAssembly.instantiate(flite, { wasi_snapshot_preview1: wasi.wasiImport }));

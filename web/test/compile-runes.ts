import { plugin } from 'bun';
import { compileModule } from 'svelte/compiler';

// State classes (`*.svelte.ts`) are compiled by Vite in the build; tests load them as the server would.
plugin({
  name: 'svelte runes',
  setup(build) {
    const strip = new Bun.Transpiler({ loader: 'ts', target: 'bun' });
    build.onLoad({ filter: /\.svelte\.ts$/ }, async ({ path }) => {
      const source = strip.transformSync(await Bun.file(path).text());
      return { contents: compileModule(source, { filename: path, generate: 'server' }).js.code, loader: 'js' };
    });
  },
});

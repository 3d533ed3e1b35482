import { describe } from 'bun:test';
import { x } from '../../../src/listening/sources/x/index.ts';
import { searchSourceContract } from '../../contract/search-source.ts';
import { xShape, xWorld } from '../../loopback/x-world.ts';

for (const shape of ['legacy', 'mixed', 'new'] as const) {
  describe(`answers in the ${shape} shape`, () => {
    searchSourceContract(x, { shape: xShape, start: xWorld(shape), hasQuotes: true, knowsAuthors: true });
  });
}

// Opens the database in the folder given and writes numbered rows until it is killed, one line per acknowledged row.
import { openDatabase } from '../../src/database/open-database.ts';

const [dataDir, mode] = process.argv.slice(2);
const database = await openDatabase({ dataDir: dataDir! });
await database.exec(
  'create table if not exists public.acknowledged (n bigint generated always as identity primary key)',
);
console.log('open');

while (mode === 'write') {
  const { rows } = await database.transaction((sql) =>
    sql.query<{ n: number }>('insert into public.acknowledged default values returning n'),
  );
  console.log(rows[0]!.n);
}
await new Promise(() => setInterval(() => {}, 1000));

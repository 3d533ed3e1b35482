import { join } from 'node:path';

const SAMPLE = join(import.meta.dir, '../../worker/assets/sample');

const text = (name: string, content: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(content) });

/** What somebody might keep: notes of a call, a plan with headings and a table, a conversation in Russian. */
export const OWN_FILES = [
  text(
    'call-with-the-harbour-office.txt',
    `Call with the harbour office, 12 November.

The new berth opens in March. Dredging is done, the power lines come in January, and the crane is late by three weeks because the foundation has to be tested again.

Marta asked who pays for the extra test. The contract says the builder does, unless the ground is not as described; the survey of 2024 describes it well.

We agreed to send the survey to the builder this week and to talk again on the 19th. Until then nobody orders steel.

One risk stays open: the ferry line wants the berth by Easter. If the crane slips once more, passengers will board at the old pier and the shuttle has to run until May.`,
  ),
  text(
    'plan-for-the-spring.md',
    `# Plan for the spring

What has to happen before the ferry moves to the new berth.

## January

- Power lines reach the berth; the town connects them on the 20th.
- The builder tests the foundation of the crane again.

## February

- The crane arrives by barge. Two days of calm weather are needed.
- Signs, lights and fences: one contractor, one week.

## March

1. A rehearsal with an empty ferry.
2. A rehearsal with two hundred volunteers.
3. Opening, if both went well.

> Whoever sees a reason to wait says so in February, not on the day.

| Part | Who | Done by |
| --- | --- | --- |
| Survey to the builder | Marta | 14 November |
| Test of the foundation | Builder | 15 January |
| Timetable | Ferry line | 1 March |
`,
  ),
  text(
    'разговор-с-капитаном.txt',
    `Разговор с капитаном парома о новом причале.

Капитан говорит, что зимой подход к старому пирсу опасен: ветер с севера разворачивает судно, и швартовка занимает двадцать минут вместо пяти.

Новый причал закрыт от ветра молом. По его расчёту, расписание можно будет уплотнить: вместо шести рейсов в день станет восемь.

Пассажиры чаще всего жалуются не на качку, а на неизвестность. Поэтому он просит поставить на причале большое табло и сообщать о задержке сразу, а не через полчаса.

Экипаж готов провести две репетиции в марте. Для второй понадобятся двести добровольцев и один спокойный день.`,
  ),
];

/** A recording without subtitles: it waits for a transcriber. */
export async function silentAboutItsWords() {
  const buffer = Buffer.from(await Bun.file(join(SAMPLE, 'how-nexus-works.m4a')).arrayBuffer());
  return { name: 'board-meeting-november.m4a', mimeType: 'audio/mp4', buffer };
}

/** A PDF that ends after its first line: it fails. */
export const BROKEN_PDF = { name: 'invoice-4711.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n') };

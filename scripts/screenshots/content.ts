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
  // Backwards: as it is, it would be recognised as the sample.
  return { name: 'board-meeting-november.m4a', mimeType: 'audio/mp4', buffer: await sampleSound('-af', 'areverse') };
}

/** A part of the sample: the page of duplicates asks about it. */
export async function partOfTheSample() {
  return { name: 'demo-for-the-board.m4a', mimeType: 'audio/mp4', buffer: await sampleSound('-ss', '8', '-t', '26') };
}

/** A recording with its subtitles: three people, each named. */
export async function meeting() {
  const said = [
    [
      'Ann Lee',
      'Good morning. Let us begin with the new berth: the dredging is done, and the power lines come in January.',
    ],
    ['Ben Okafor', 'The crane is late by three weeks, because its foundation has to be tested again.'],
    [
      'Ann Lee',
      'Who pays for the extra test? The contract says the builder does, unless the ground is not as described.',
    ],
    ['Ben Okafor', 'The survey of 2024 describes it well. I will send it to the builder this week.'],
    [
      'Marta Lind',
      'The ferry line wants the berth by Easter. If the crane slips once more, passengers board at the old pier.',
    ],
    ['Ben Okafor', 'Then the shuttle has to run until May, and somebody has to pay for its drivers.'],
    ['Marta Lind', 'I will write to the ferry line before Friday and ask what they can bear.'],
    ['Ann Lee', 'Agreed. We meet again on the nineteenth, and until then nobody orders steel.'],
  ] as const;
  const cues = said.map(([who, words], at) => `${turnAt(at)} --> ${turnAt(at + 1)}\n<v ${who}>${words}\n`);
  const sound = await sampleSound('-af', 'areverse,asetrate=17600,aresample=16000');
  return [
    { name: 'harbour-board-november.m4a', mimeType: 'audio/mp4', buffer: sound },
    text('harbour-board-november.vtt', `WEBVTT\n\n${cues.join('\n')}`),
  ];
}

const SECONDS_A_TURN = 9;
const turnAt = (turn: number) => {
  const seconds = turn * SECONDS_A_TURN;
  return `00:${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}.000`;
};

async function sampleSound(...options: string[]): Promise<Buffer> {
  const input = join(SAMPLE, 'how-nexus-works.m4a');
  const output = ['-f', 'ipod', '-movflags', 'frag_keyframe+empty_moov', 'pipe:1'];
  const child = Bun.spawn(['ffmpeg', '-v', 'error', '-nostdin', '-i', input, ...options, ...output], {
    stdout: 'pipe',
  });
  const sound = Buffer.from(await new Response(child.stdout).arrayBuffer());
  if ((await child.exited) !== 0) throw new Error('ffmpeg made no recording for the pictures');
  return sound;
}

/** A PDF that ends after its first line: it fails. */
export const BROKEN_PDF = { name: 'invoice-4711.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n') };

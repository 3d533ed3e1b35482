const HOUR_MS = 3_600_000;

const PEOPLE = ['Ann Lee', 'Ben Okafor', 'Cleo Marchetti', 'Dora Lind', 'Emil Novák', 'Farid Haddad', 'Gina Rossi'];
const SAID = [
  'Which ferry goes to the island on Sundays? The timetable says nothing about it.',
  'The ferry is late again, third time this week. Terrible service.',
  'Island Line is cheaper than Harbour Ferry, but slower. Which one would you take?',
  'Best crossing ever with Harbour Ferry, thank you to the whole crew.',
  'A movie about a ferry, worth seeing on a rainy evening.',
  'Looking to buy a season ticket for the ferry. Where do I get one?',
  'Паром опять опоздал. Кто знает, когда следующий ferry?',
  'New timetable of Blue Boats to the island is out.',
  'The roses in the garden are in bloom.',
];

/** What begins the conversation. */
export const THREAD_QUESTION = 'How do I get to the island with two bicycles and a dog?';
const THREAD = [
  ['100', null, 'Ann Lee', THREAD_QUESTION],
  ['101', '100', 'Harbour Ferry', 'By our ferry at nine or noon: bicycles ride free, and dogs are welcome on deck.'],
  ['102', '101', 'Ann Lee', 'Thank you. Is there a ferry in the evening too?'],
  ['103', '102', 'Harbour Ferry', 'On Fridays and Sundays, at six.'],
  ['104', '100', 'Ben Okafor', 'I took mine on the ferry last year, nobody minded.'],
  ['105', '104', 'Cleo Marchetti', 'Even on a Sunday? It was full when I tried.'],
  ['106', '99', 'Emil Novák', 'Agreed, the ferry was late when I went as well.'],
  ['107', '98', 'Dora Lind', 'And yet it is the nicest way to the island.'],
] as const;

/** JSON Lines as a person would bring them in: a month of posts, and one conversation with two gaps. */
export function postLines(): string {
  const single = Array.from({ length: 120 }, (_, at) =>
    lineOf(`s${at}`, null, null, PEOPLE[at % PEOPLE.length]!, SAID[at % SAID.length]!, 3 + ((at * at) % 690)),
  );
  const thread = THREAD.map(([id, replyTo, name, text], at) => lineOf(id, '100', replyTo, name, text, 2 - at * 0.2));
  return [...single, ...thread].join('\n');
}

function lineOf(
  externalId: string,
  conversationExternalId: string | null,
  replyToExternalId: string | null,
  name: string,
  text: string,
  hoursAgo: number,
): string {
  const handle = name.toLowerCase().replaceAll(/[^a-z]/g, '');
  return JSON.stringify({
    network: 'x',
    externalId,
    url: `https://x.com/${handle}/status/${externalId}`,
    text,
    author: { handle, name },
    postedAt: new Date(Date.now() - hoursAgo * HOUR_MS).toISOString(),
    conversationExternalId,
    replyToExternalId,
    engagement: { likes: text.length % 40, replies: text.length % 5, reposts: text.length % 3 },
  });
}

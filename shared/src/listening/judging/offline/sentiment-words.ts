/**
 * Words that praise and blame, from −3 to 3, written for this project: English and Russian first, the commonest of German, Spanish and
 * French. A trailing `*` stands for any ending, which Russian and German need.
 */
const LISTS: Record<string, string> = {
  '3': `amazing awesome brilliant excellent fantastic flawless incredible outstanding perfect perfectly phenomenal superb wonderful
    loved adore stunning великолепн* восхитительн* идеальн* обалденн* отличн* потрясающ* превосходн* прекрасн* шикарн* обожаю супер
    großartig* fantastisch* hervorragend* perfekt* wunderbar* excelente* increíble* maravillos* perfecto excellent* incroyable*
    magnifique* parfait* génial*`,
  '2': `beautiful best delicious delighted enjoy enjoyed enjoying favorite favourite fun glad grateful great happy impressed impressive
    love loves loving pleasant pleased recommend reliable smooth solid thrilled win winner congrats congratulations
    благодар* вкусн* классн* красив* круто крутой крутая крутые люблю любим* лучш* молодец молодцы нравится понравил* рад рада рады
    радует рекомендую спасибо удобн* удачн* хорош* хорошо beste* lecker* liebe schön* super toll* zufrieden* empfehle
    bueno buena bonito encanta encantado feliz gracias mejor rico aimé adore beau belle bon bonne content* heureux meilleur* merci`,
  '1': `better clean clever comfortable cool easy fair fast fine fresh friendly good helpful helps interesting like liked likes neat
    nice ok okay improved improvement quick safe thanks thank useful works worth быстр* интересн* легко неплох* нормальн* норм
    полезн* помог* просто* работает стоит* уютн* gut gute guten hilfreich* nett* gern danke fácil rápido útil facile rapide utile`,
  '-1': `bit bug buggy cheap confused confusing difficult dislike dull expensive hard late limited meh missing noisy old overpriced
    poor pricey problem problems slow unclear unhappy weird worried boring wait waiting delay delayed depressing дорог* долго
    медленн* неудобн* непонятн* ошибк* плохова* проблем* скучн* слабо* сложн* странн* тормоз* зря жаль teuer* langsam* problem*
    schwierig* caro cara lento problema* cher chère lent lente problème* difficile`,
  '-2': `angry annoyed annoying bad broke broken complain crash crashed crashes crashing dirty disappointed disappointing
    disappointment dislikes error errors fail failed failing fails failure frustrated frustrating glitch ignored lost mess mistake
    rude sad sick stuck terrible tired ugly unable unacceptable unreliable unresponsive unusable upset useless worse wrong refund
    бесит бесполезн* брак груб* глюч* жалоб* зл* лома* сломал* нельзя недовол* не́годн* обман* огорч* отврат* плох* плохо пропал*
    разочаров* расстро* раздража* хам* хуже возврат деньги-назад kaputt* schlecht* enttäusch* nerv* ärger* fehler* malo mala roto
    rota decepcion* error* enfadad* mauvais* cassé* déçu* énerv* nul nulle erreur*`,
  '-3': `awful abysmal appalling atrocious disaster disgusting garbage hate hated hates horrible horrific horrendous liar liars
    nightmare pathetic ripoff scam scammed scammers shit stole theft trash worst crap fraud unforgivable furious
    адск* гадост* дерьм* дно жесть жутк* кошмар* мерзк* мошенник* ненави* отстой позор* развод* ужас* худш* катастроф* лохотрон
    furchtbar* schrecklich* betrug* hasse katastroph* horribl* terribl* odio estafa* pésim* asco arnaque* affreux déteste honte`,
};

/** What turns the next three words around. */
export const NEGATIONS = new Set(
  `not no never none nothing neither nor without hardly cannot can't don't doesn't didn't isn't aren't wasn't weren't won't wouldn't
   couldn't shouldn't haven't hasn't hadn't не нет ни без никогда ничего нельзя nicht kein keine keinen nie ohne nunca sin tampoco pas
   jamais sans aucun aucune`.split(/\s+/),
);

/** What makes the next word stronger, and what makes it weaker. */
export const DEGREES: Readonly<Record<string, number>> = Object.fromEntries([
  ...`very really so extremely absolutely totally completely super incredibly очень крайне совсем абсолютно просто такой такая
    такое такие sehr total muy très trop tellement`
    .split(/\s+/)
    .map((word) => [word, 1.4] as const),
  ...'slightly somewhat kinda rather fairly немного слегка чуть etwas poco peu'
    .split(/\s+/)
    .map((word) => [word, 0.6] as const),
]);

export const EMOJI: Readonly<Record<string, number>> = Object.fromEntries([
  ...[...'😍🥰😻🤩❤💖💕🔥🎉🏆💯'].map((sign) => [sign, 2.5] as const),
  ...[...'😊😀😃😄😁🙂😎👍👏🙏✨💪☺'].map((sign) => [sign, 1.5] as const),
  ...[...'😕🙁☹😟😔😒🙄😬👎'].map((sign) => [sign, -1.5] as const),
  ...[...'😡😠🤬💩😤🤮😭💔'].map((sign) => [sign, -2.5] as const),
]);

const WHOLE = new Map<string, number>();
const BEGINNINGS = new Map<string, number>();
for (const [weight, list] of Object.entries(LISTS))
  for (const word of list.replaceAll('\u0301', '').split(/\s+/))
    (word.endsWith('*') ? BEGINNINGS : WHOLE).set(word.replace('*', ''), Number(weight));

/** How a word in lower case weighs; 0 for most. The longest known beginning counts. */
export function weightOf(word: string): number {
  const whole = WHOLE.get(word);
  if (whole !== undefined) return whole;
  for (let length = word.length; length >= 2; length--) {
    const weight = BEGINNINGS.get(word.slice(0, length));
    if (weight !== undefined) return weight;
  }
  return 0;
}

import type { Intent } from '../../judging-contracts.ts';

export interface FoundIntent {
  readonly intent: Intent;
  /** As the text has it; empty when nothing told. */
  readonly words: readonly string[];
}

/** `\b` of JavaScript knows Latin letters alone. */
const word = (choices: string): RegExp =>
  new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${choices})(?![\p{L}\p{N}])`, 'giu');

const NOISE = word(
  String.raw`we(?:'|’)?re hiring|now hiring|job alert|giveaway|airdrop|follow (?:me|back|for)|link in (?:my )?bio|promo ?code|discount code|use (?:my )?code|retweet to win|dm (?:me )?for promo|onlyfans|вакансия|требуется сотрудник|розыгрыш|подпишись|подписывайтесь|промокод\p{L}*|репост и|взаимн\p{L}+ подписк\p{L}+|gewinnspiel|sorteo`,
);
const BUYING = word(
  String.raw`looking for|searching for|in search of|(?:can|could|would) (?:any(?:one|body)|some(?:one|body)|you) recommend|any recommendations?|recommendations? for|recommend me|suggestions? for|(?:any|good|better) alternatives?|alternatives? to|where (?:can|do|could) (?:i|we) (?:buy|get|find|order)|(?:want|need|going|planning|ready) to (?:buy|order|switch|hire)|how much (?:is|are|does|do|would)|what(?:'|’)?s the price|switch(?:ing)? (?:from|away from)|(?:i|we) need (?:a|an|some)|thinking (?:of|about) (?:buying|getting|switching)|ищу|ищем|посоветуйте|посоветуй|порекомендуйте|кто (?:может )?посоветует|что посоветуете|подскажите,? где|где (?:можно )?(?:купить|заказать|найти|взять)|сколько стоит|какая цена|хочу (?:купить|заказать)|хотим (?:купить|заказать)|нуж(?:ен|на|ны) (?!помощь|помощник|совет)|нужно найти|выбираю|suche(?:n)?|empfehlung(?:en)?|wo (?:kann|bekomme) (?:ich|man)|busco|buscamos|recomiendan|d[oó]nde (?:puedo )?comprar|je cherche|conseillez|o[uù] acheter`,
);
const COMPLAINT = word(
  String.raw`(?:does|do|did|is|was|has|have)(?:n(?:'|’)?t| not) (?:work\p{L}*|load\p{L}*|respond\p{L}*|arriv\p{L}*|help\p{L}*)|not working|stopped working|still (?:waiting|broken|no (?:answer|reply|response))|want (?:my )?(?:money back|a refund)|refund|no (?:answer|reply|response) from|worst|never again|customer (?:service|support) (?:is|was)|rip(?:ped)? off|не работает|не работают|не приш\p{L}+|не отвечает|не отвечают|сломал\p{L}+|верните (?:деньги|мои)|вернуть деньги|до сих пор (?:нет|не)|никогда больше|больше никогда|техподдержк\p{L}+|жалоб\p{L}+|funktioniert nicht|geht nicht|no funciona|ne (?:marche|fonctionne) (?:pas|plus)`,
);
const COMPARISON = word(
  String.raw`vs\.?|versus|better than|worse than|(?:compared?|comparison) (?:to|with|between|of)|(?:difference|differences) between|which (?:one )?is better|\p{L}+ or \p{L}+\?|prefer \S+ (?:to|over)|(?:лучше|хуже|дешевле|дороже|быстрее),? чем|по сравнению|в сравнении|сравн\p{L}+|что лучше|besser als|im vergleich|mejor que|mieux que`,
);
const ASKING = word(
  String.raw`does any(?:one|body)|do any of you|has any(?:one|body)|any(?:one|body) (?:know|tried|used|else)|how (?:do|can|to|does|should)|what (?:is|are|do|does|should)|why (?:is|does|do|are)|кто-нибудь|подскажите|кто знает|не знаете|как (?:вы|лучше|правильно|сделать|можно)|почему|зачем|вопрос|wei(?:ß|ss) jemand|alguien sabe|quelqu(?:'|’)un (?:sait|conna[iî]t)`,
);
const NEWS = word(
  String.raw`announc\p{L}+|launch(?:es|ed|ing)?|releas(?:es|ed)|introduc(?:es|ed|ing)|acquir\p{L}+|raises?|report(?:s|ed)?|according to|breaking|study (?:finds|shows)|анонсировал\p{L}*|представил\p{L}*|запустил\p{L}*|выпустил\p{L}*|сообщ\p{L}+|по данным|открыл\p{L}* (?:новый|новую)|k[uü]ndigt|lanza|annonce`,
);

/** What an author is after, by the turns of phrase that give it away; the most telling kind first. */
export function intentOf(text: string, sentiment: number): FoundIntent {
  const said = (intent: Intent, pattern: RegExp): FoundIntent | null => {
    const found = [...new Set((text.match(pattern) ?? []).map((match) => match.toLowerCase()))];
    return found.length > 0 ? { intent, words: found.slice(0, 4) } : null;
  };
  const marks = text.replace(/https?:\/\/\S+/g, '').match(/[?？؟]/g);
  const question: FoundIntent | null = marks ? { intent: 'question', words: ['?'] } : null;
  return (
    said('noise', NOISE) ??
    said('buying-signal', BUYING) ??
    (sentiment > 0.3 ? null : said('complaint', COMPLAINT)) ??
    said('comparison', COMPARISON) ??
    question ??
    said('question', ASKING) ??
    (sentiment <= -0.45 ? { intent: 'complaint', words: [] } : null) ??
    (sentiment >= 0.35 ? { intent: 'praise', words: [] } : null) ??
    said('news', NEWS) ??
    (/https?:\/\//.test(text) ? { intent: 'news', words: [] } : null) ?? { intent: 'noise', words: [] }
  );
}

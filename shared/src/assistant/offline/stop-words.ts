/** Words that carry no topic, with what people say while they think. Written for this project; Russian forms are spelled out. */
const LISTS: Record<string, string> = {
  en: `a about above actually after again against all almost already also although always am an and another any anything are
    around as at away back basically be because been before being below between both but by came can cannot come could did do
    does doing done down during each either else enough even ever every everything few first for from further get gets getting
    give go goes going gone gonna good got great had has have having he hello her here hers herself him himself his how however
    i if in instead into is it its itself just kind know last least less let like little look lot made make makes making many
    may maybe me mean means might mine more most much must my myself need neither never new next no nobody none nor not nothing
    now of off oh ok okay on once one only onto or other others our ours out over own people perhaps please pretty probably
    put quite rather really right said same saw say saying says see seem seems several shall she should simply since so some
    somebody something sometimes sort still such sure take than thank thanks that the their theirs them themselves then there
    these they thing things think this those though three through thus to today together too took toward try two uh um under
    until up upon us use used using usually very wanna want was way we well went were what whatever when where whether which
    while who whole whom whose why will with within without would yeah yes yet you your yours yourself
    i'm i've i'll i'd you're you've you'll he's she's it's we're we've we'll they're they've that's there's what's here's let's
    don't doesn't didn't can't couldn't won't wouldn't shouldn't isn't aren't wasn't weren't haven't hasn't hadn't`,
  ru: `а алло без более больше будем будет будете будешь буду будут бы был была были было быть в вам вами вас ваш ваша ваше ваши
    вдруг ведь весь вместо во вообще вон вот впрочем все всегда всего всей всем всеми всех всё всю вся вы где говорит говорить
    говорю да давай давайте даже два для до другая другие других другое другой его ее ей ему если есть еще ещё её же за зачем
    здесь здравствуйте знаю знаете и из или им именно иметь имеет ими иногда их к каждая каждое каждый как какая какие каким каких
    какое какой ко когда конечно который которая которое которого которой котором которому которые которым которых кроме кто
    куда ладно ли либо лишь лучше любая любое любой меня менее между мне много мной могу могут может можно мой моя моё моего мочь
    мы на над надо наверное нам нами например нас наш наша наше наши не него нее ней нельзя нем немного нему непосредственно нет
    нибудь ни никак никогда никто ним ними них ничего но ну нужно о об оба один одна одни одно однако около он она они оно опять
    особенно от очень перед по под пока понятно после потом потому почему почти при про просто прямо раз разве с сам сама сами
    само самый свое своего своей свои своим своих свой свою сейчас себе себя сегодня сказал сказать скажем со собой совсем
    спасибо сразу среди стало стать столько так такая также такие таких такое такой там те тебе тебя тем теперь тех то тобой
    тогда того тоже той только том тот точно три ту туда тут ты у уже хорошо хотел хотеть хоть хотя хочу чаще чего чей чем через
    что чтобы чтоб чуть эта эти этим этих это этого этой этом этому этот эту я является являются типа короче блин значит
    собственно вроде кстати допустим`,
};

const SETS = new Map(Object.entries(LISTS).map(([language, words]) => [language, new Set(words.split(/\s+/))]));

/** Languages with a list, as ISO 639-1. */
export const STOP_WORD_LANGUAGES: readonly string[] = [...SETS.keys()];

export function isStopWord(word: string, language: string): boolean {
  return SETS.get(language)?.has(word) ?? false;
}

/** Whether any list has it: talk in one language borrows from the other. */
export function isAnyStopWord(word: string): boolean {
  for (const set of SETS.values()) if (set.has(word)) return true;
  return false;
}

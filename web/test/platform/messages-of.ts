import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';

/** The ICU arguments of a message and how each is used, sorted, such as `count:plural`. */
export function argumentsOf(message: string): string[] {
  const found = new Set<string>();
  const visit = (elements: MessageFormatElement[]) => {
    for (const element of elements) {
      if (element.type === TYPE.argument) found.add(element.value);
      else if (element.type === TYPE.number) found.add(`${element.value}:number`);
      else if (element.type === TYPE.plural) {
        found.add(`${element.value}:plural`);
        for (const option of Object.values(element.options)) visit(option.value);
      }
    }
  };
  visit(parse(message));
  return [...found].sort();
}

/** The plural categories a message spells out, per plural argument. */
export function pluralsOf(message: string): string[][] {
  return parse(message).flatMap((element) => (element.type === TYPE.plural ? [Object.keys(element.options)] : []));
}

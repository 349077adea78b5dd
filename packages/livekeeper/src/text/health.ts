import { healthTexts } from "./catalogue.ts";
import type { Text } from "./text.ts";

type HealthTexts = typeof healthTexts;

/** What a judgement is based on: the name of its text, and the values of that. */
export type Finding = {
	[Name in keyof HealthTexts]: HealthTexts[Name] extends (...of: infer Of) => Text
		? readonly [Name, ...Of]
		: readonly [Name];
}[keyof HealthTexts];

/** A finding in words for people: a clause; of `silence` a sentence. */
export function findingText([name, ...of]: Finding): Text {
	const text: Text | ((...of: never[]) => Text) = healthTexts[name];
	return typeof text === "function" ? text(...(of as never[])) : text;
}

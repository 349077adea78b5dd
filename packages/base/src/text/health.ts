import { healthTexts } from "./catalogue.ts";
import type { Text } from "./text.ts";

type HealthTexts = typeof healthTexts;

/** Evidence of a judgement: the name of its text, and the values to fill in. */
export type Finding = {
	[Name in keyof HealthTexts]: HealthTexts[Name] extends (...of: infer Of) => Text
		? readonly [Name, ...Of]
		: readonly [Name];
}[keyof HealthTexts];

/** Returns a finding in words for people: a clause; for `silence` a sentence. */
export function findingText([name, ...of]: Finding): Text {
	const text: Text | ((...of: never[]) => Text) = healthTexts[name];
	return typeof text === "function" ? text(...(of as never[])) : text;
}

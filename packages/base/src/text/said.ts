import { decisionTexts, permitTexts, roomTexts } from "./catalogue.ts";
import { type FailureFacts, failureText } from "./failures.ts";
import { type Finding, findingText } from "./health.ts";
import { sentence, type Text } from "./text.ts";

const saidTexts = {
	...roomTexts,
	...decisionTexts,
	...permitTexts,
	/** A failure that the upstream has reported. */
	failed: (facts: FailureFacts): Text => failureText(facts),
	/** A text made elsewhere. */
	inWords: (words: Text): Text => words,
	found: (finding: Finding): Text => findingText(finding),
};
type SaidTexts = typeof saidTexts;

/** Text of rooms and the gate: its code, and the values to fill in. */
export type Said =
	| {
			[Name in keyof SaidTexts]: SaidTexts[Name] extends (...of: infer Of) => Text
				? readonly [Name, ...Of]
				: readonly [Name];
	  }[keyof SaidTexts]
	/** Makes a clause a sentence. */
	| readonly ["sentence", Said];

/** Shared cause of many rooms' failures. */
export type SharedTrouble = "identityRefused" | "mostFailed";

/** Returns the text for people. */
export function saidText(said: Said): Text {
	if (said[0] === "sentence") return sentence(saidText(said[1]));
	const [code, ...values] = said;
	const text: Text | ((...of: never[]) => Text) = saidTexts[code];
	return typeof text === "function" ? text(...(values as never[])) : text;
}

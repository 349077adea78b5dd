import { codeNames, sentence, type Text } from "@livekeeper/base/text";
import type { FailureReason } from "@livekeeper/douyin";
import { decisionTexts, failureHelp, healthTexts, permitTexts, roomTexts } from "./catalogue.ts";

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

/** Facts about an upstream failure. */
export interface FailureFacts {
	reason: FailureReason;
	/** The English message as it was thrown. */
	message: string;
	host?: string | undefined;
	/** HTTP status. */
	status?: number | undefined;
	/** The upstream's own message. */
	upstreamMessage?: string | undefined;
	/** A system error with a code, e.g. `ECONNRESET`. */
	cause?: unknown;
}

/** Descriptions of the signs by which the site refuses requests. */
const signs: ReadonlyMap<string, string> = new Map([
	["captcha", "要求通过滑块验证"],
	["empty", "返回空内容"],
	["login", "要求登录"],
]);

/** Describes the failure as a sentence. */
export function failureText({ reason, message, host, status, upstreamMessage, cause }: FailureFacts): Text {
	const code: unknown = (cause as { code?: unknown } | undefined)?.code;
	const systemCode = typeof code === "string" && /^[A-Z][A-Z0-9_]+$/.test(code) ? code : undefined;
	// A status that is no failure is not one of its facts.
	const failed = status !== undefined && status >= 400;
	const words = upstreamMessage === undefined ? undefined : (signs.get(upstreamMessage) ?? upstreamMessage);
	const said = failed && words === String(status) ? undefined : words;
	const facts = [host, failed ? `HTTP ${status}` : undefined, said, systemCode];
	const known = facts.filter((fact) => fact !== undefined && fact !== "").join("，");
	return { en: message, zh: `${codeNames.reason[reason].zh}${known === "" ? "" : `（${known}）`}。` };
}

/** Returns whether a reason is a failure, and so has help. */
export function isFailure(code: string): code is FailureReason {
	return Object.hasOwn(failureHelp, code);
}

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

import type { FailureReason } from "@livekeeper/douyin";
import { codeNames, failureHelp } from "./catalogue.ts";
import type { Text } from "./text.ts";

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

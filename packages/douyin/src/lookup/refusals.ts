import { DouyinError } from "../errors.ts";
import { failureOfStatus, type HttpResponse, header } from "../net/index.ts";
import { isObject } from "./escaped-json.ts";

/** Headers by which the site demands its slider in answer to a JSON call. */
const sliderHeaders = ["x-vc-bdturing-parameters", "bdturing-verify"];
/**
 * Marks of the slider's own page. Healthy pages name the slider's scripts as well (`TTGCaptcha`, `verifyCenter`, seen
 * on each of six in 2026-08 and 09), so the names prove nothing.
 */
const sliderMarks = /<title>\s*验证码中间页|TTGCaptcha\.init\(/;
/** Codes of a JSON answer that mean "log in first". */
const loginCodes: readonly unknown[] = [8, 2483, 20_003];
/** Maximum size of a searched page, bytes; a slider's page is 6 KB. */
const maxSearched = 256 * 1024;

/**
 * Detects how the site refuses, for all ways of asking. Not needed for a page with the expected content.
 * @param what name of the request, for the message
 * @returns `blocked` with `upstreamMessage` `captcha`, `empty` or the status; the result of `failureOfStatus` for other
 * statuses; `undefined` for an answer that is no refusal
 */
export function refusalOf(answer: HttpResponse, what: string, now: number): DouyinError | undefined {
	const { status, headers, body } = answer;
	if (asksForCaptcha(answer)) return blocked(answer, "captcha", `${what} asks for a captcha.`);
	const failure = failureOfStatus(status, headers, what, now);
	if (failure || body.length > 0 || status >= 300) return failure;
	return blocked(
		answer,
		"empty",
		`${what} came back empty: this address is refused, or the signature is wrong. The two look the same.`,
	);
}

/**
 * Parses the object that a JSON call returns.
 * @throws DouyinError as {@link refusalOf} says; `blocked` with `upstreamMessage` `login` if an account is required;
 * `unreadable_page` if it is not a JSON object
 */
export function readReply(answer: HttpResponse, what: string, now: number): Record<string, unknown> {
	const refusal = refusalOf(answer, what, now);
	if (refusal) throw refusal;
	const reply = answer.status === 200 ? parseObject(answer.body.toString()) : undefined;
	if (!reply) throw unreadable(`${what}: HTTP ${answer.status}, not a JSON object.`, answer.status);
	if (loginCodes.includes(reply["status_code"])) throw blocked(answer, "login", `${what} asks for a login.`);
	return reply;
}

/** Creates the failure for an answer that has none of the expected content. */
export function unreadable(message: string, status = 200): DouyinError {
	return new DouyinError("unreadable_page", message, { status });
}

function asksForCaptcha({ headers, body }: HttpResponse): boolean {
	if (sliderHeaders.some((name) => header(headers, name) !== undefined)) return true;
	const start = body.subarray(0, maxSearched).toString();
	// In JSON the marks are text that a user wrote.
	return /^\s*</.test(start) && sliderMarks.test(start);
}

function blocked({ status }: HttpResponse, sign: "captcha" | "empty" | "login", message: string): DouyinError {
	return new DouyinError("blocked", message, { status, upstreamMessage: sign });
}

function parseObject(body: string): Record<string, unknown> | undefined {
	try {
		const value: unknown = JSON.parse(body);
		return isObject(value) ? value : undefined;
	} catch {
		// The caller reports what it found instead.
		return undefined;
	}
}

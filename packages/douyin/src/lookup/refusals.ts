import { DouyinError } from "../errors.ts";
import { failureOfStatus, type HttpResponse, header } from "../net/index.ts";
import type { SiteProfile } from "../site-profile/index.ts";
import { isObject } from "./escaped-json.ts";
import type { LookupDeps } from "./lookup-deps.ts";

/** Maximum size of a searched page, bytes; a slider's page is 6 KB. */
const maxSearched = 256 * 1024;

/**
 * Detects how the site refuses, for all ways of asking. Not needed for a page with the expected content.
 * @param what name of the request, for the message
 * @returns `blocked` with `upstreamMessage` `captcha`, `empty` or the status; the result of `failureOfStatus` for other
 * statuses; `undefined` for an answer that is no refusal
 */
export function refusalOf(
	{ refusals }: SiteProfile,
	answer: HttpResponse,
	what: string,
	now: number,
): DouyinError | undefined {
	const { status, headers, body } = answer;
	if (asksForCaptcha(answer, refusals)) return blocked(answer, "captcha", `${what} asks for a captcha.`);
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
export function readReply(
	profile: SiteProfile,
	answer: HttpResponse,
	what: string,
	now: number,
): Record<string, unknown> {
	const refusal = refusalOf(profile, answer, what, now);
	if (refusal) throw refusal;
	const reply = answer.status === 200 ? parseObject(answer.body.toString()) : undefined;
	if (!reply) throw unreadable(`${what}: HTTP ${answer.status}, not a JSON object.`, answer.status);
	const loginCodes: readonly unknown[] = profile.refusals.login_codes;
	if (loginCodes.includes(reply["status_code"])) throw blocked(answer, "login", `${what} asks for a login.`);
	return reply;
}

/** Creates the failure for an answer that has none of the expected content. */
export function unreadable(message: string, status = 200): DouyinError {
	return new DouyinError("unreadable_page", message, { status });
}

function asksForCaptcha({ headers, body }: HttpResponse, marks: SiteProfile["refusals"]): boolean {
	if (marks.slider_headers.some((name) => header(headers, name) !== undefined)) return true;
	const start = body.subarray(0, maxSearched).toString();
	// In JSON the marks are text that a user wrote.
	if (!/^\s*</.test(start)) return false;
	const title = /<title>\s*([^<]*)/.exec(start)?.[1] ?? "";
	return title.startsWith(marks.slider_title) || start.includes(marks.slider_call);
}

/**
 * Reads an answer, and reports one of an unknown form as drift: without its marks, or without content.
 * @throws the errors of `read`
 */
export function observed<T>({ drift }: LookupDeps, name: string, answer: HttpResponse, read: () => T): T {
	try {
		return read();
	} catch (error) {
		if (error instanceof DouyinError && answer.status < 400) {
			if (error.upstreamMessage === "empty") drift({ kind: "empty", name });
			else if (error.reason === "unreadable_page") drift({ kind: "page", name, sample: answer.body });
		}
		throw error;
	}
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

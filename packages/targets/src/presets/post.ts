import type { HttpMessage, Shown } from "../transports/out-message.ts";
import type { ReceiverErrorCode, Refusal } from "./preset.ts";

const maxWords = 300;

export interface Answer {
	status: number;
	body: string;
}

/** Returns the JSON object of a receiver's answer; `undefined` for anything else. */
export function objectIn({ body }: Answer): Readonly<Record<string, unknown>> | undefined {
	try {
		const value: unknown = JSON.parse(body);
		return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
	} catch {
		return undefined;
	}
}

/** @param words the receiver's own words; only short ones are used */
export function refused(
	code: ReceiverErrorCode,
	words: unknown,
	more: Pick<Refusal, "retryAfterMs" | "gone"> = {},
): Refusal {
	return { ok: false, code, message: String(words ?? "").slice(0, maxWords), ...more };
}

/** Refuses a 2xx whose body is not this receiver's answer: it came from something else. */
export function unintelligible({ status, body }: Answer): Refusal | undefined {
	return status >= 200 && status < 300 ? refused("receiver_refused", body) : undefined;
}

interface PostOptions {
	headers?: Readonly<Record<string, string>>;
	shows?: Shown;
}

export function postJson(url: string, content: object, { headers, shows }: PostOptions = {}): HttpMessage {
	return {
		via: "http",
		shows,
		url,
		headers: { "content-type": "application/json; charset=utf-8", ...headers },
		body: Buffer.from(JSON.stringify(content)),
	};
}

import type { ReceiverErrorCode, Refusal } from "./preset.ts";

const maxWords = 300;

export interface Answer {
	status: number;
	body: string;
}

/** The JSON object that a receiver answered with; `undefined` for anything else. */
export function objectIn({ body }: Answer): Readonly<Record<string, unknown>> | undefined {
	try {
		const value: unknown = JSON.parse(body);
		return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
	} catch {
		return undefined;
	}
}

/** @param words the receiver's own, as far as they are short */
export function refused(
	code: ReceiverErrorCode,
	words: unknown,
	more: Pick<Refusal, "retryAfterMs" | "gone"> = {},
): Refusal {
	return { ok: false, code, message: String(words ?? "").slice(0, maxWords), ...more };
}

/** A 2xx whose body isn't what this receiver answers with came from something else. */
export function unintelligible({ status, body }: Answer): Refusal | undefined {
	return status >= 200 && status < 300 ? refused("receiver_refused", body) : undefined;
}

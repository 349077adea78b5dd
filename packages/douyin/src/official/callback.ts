import { createHash, timingSafeEqual } from "node:crypto";
import { isOfficialType, type OfficialType } from "./msg-types.ts";

/** The headers of a callback that its signature covers, in the order in which it does. */
const signedHeaders = ["x-msg-type", "x-nonce-str", "x-roomid", "x-timestamp"] as const;

/** A callback as it came. */
export interface Callback {
	/** Headers by name in lower case. */
	headers: Readonly<Record<string, unknown>>;
	/** The body as it was sent, not parsed: these bytes are signed. */
	body: Uint8Array;
}

/** A callback that somebody signed who knows the secret. */
export interface SignedCallback {
	/** The broadcast. */
	roomId: string;
	type: OfficialType;
	/** When it was signed, ms since the epoch. */
	at: number;
	/** The same for a callback that is sent again as it was. */
	signature: string;
}

/** Why a callback is not to be taken. `late` and `early` are by the time that it was signed. */
export type CallbackProblem = "headers" | "signature" | "late" | "early";

export interface CallbackRules {
	/** With what callbacks of a kind are signed. */
	secretOf: (type: OfficialType) => string;
	/** ms since the epoch. */
	now: number;
	/** How far the time of signing may be from now, ms. */
	windowMs: number;
}

/**
 * Base64 of MD5 over the four headers, as `k=v` sorted by name and joined by `&`, the body, and the secret (the open
 * platform's documentation of data pushes).
 */
export function callbackSignature(headers: Callback["headers"], body: Uint8Array, secret: string): string {
	return createHash("md5")
		.update(signedHeaders.map((name) => `${name}=${String(headers[name])}`).join("&"))
		.update(body)
		.update(secret)
		.digest("base64");
}

/** Whether a callback is the platform's, and of now. Takes the same time for every wrong signature. */
export function checkCallback({ headers, body }: Callback, rules: CallbackRules): SignedCallback | CallbackProblem {
	const type = headers["x-msg-type"];
	const [roomId, at, signature] = [headers["x-roomid"], headers["x-timestamp"], headers["x-signature"]];
	if (!isOfficialType(type) || typeof headers["x-nonce-str"] !== "string") return "headers";
	if (typeof roomId !== "string" || !/^\d{1,20}$/.test(roomId)) return "headers";
	if (typeof at !== "string" || !/^\d{1,15}$/.test(at) || typeof signature !== "string") return "headers";
	// A signature says nothing of where one header ends: nothing in a value may look like the next one.
	if (/[&=]/.test(headers["x-nonce-str"])) return "headers";
	const expected = callbackSignature(headers, body, rules.secretOf(type));
	if (!sameText(signature, expected)) return "signature";
	const age = rules.now - Number(at);
	if (age > rules.windowMs) return "late";
	if (age < -rules.windowMs) return "early";
	return { roomId, type, at: Number(at), signature };
}

function sameText(given: string, expected: string): boolean {
	const [a, b] = [Buffer.from(given), Buffer.from(expected)];
	// The length of a signature is no secret.
	return a.length === b.length && timingSafeEqual(a, b);
}

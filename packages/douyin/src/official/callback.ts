import { createHash, timingSafeEqual } from "node:crypto";
import { isOfficialType, type OfficialType } from "./entries.ts";

/** Headers of a callback that its signature covers, in the signed order. */
const signedHeaders = ["x-msg-type", "x-nonce-str", "x-roomid", "x-timestamp"] as const;

/** A callback as it arrived. */
export interface Callback {
	/** Headers by name in lower case. */
	headers: Readonly<Record<string, unknown>>;
	/** The body as it was sent, not parsed: these bytes are signed. */
	body: Uint8Array;
}

/** A callback with a valid signature. */
export interface SignedCallback {
	/** Id of the broadcast. */
	roomId: string;
	type: OfficialType;
	/** Time of signing, ms since the epoch. */
	at: number;
	/** The signature: the same for a callback that is sent again unchanged. */
	signature: string;
}

/** Why a callback is rejected. `late` and `early` refer to the time of signing. */
export type CallbackProblem = "headers" | "signature" | "late" | "early";

export interface CallbackRules {
	/** Returns the secret that signs callbacks of a kind. */
	secretOf: (type: OfficialType) => string;
	/** Current time, ms since the epoch. */
	now: number;
	/** Maximum distance of the time of signing from now, ms. */
	windowMs: number;
}

/**
 * Computes the base64 of MD5 over the four headers, as `k=v` sorted by name and joined by `&`, the body, and the secret
 * (the open platform's documentation of data pushes).
 */
export function callbackSignature(headers: Callback["headers"], body: Uint8Array, secret: string): string {
	return createHash("md5")
		.update(signedHeaders.map((name) => `${name}=${String(headers[name])}`).join("&"))
		.update(body)
		.update(secret)
		.digest("base64");
}

/**
 * Checks that a callback is the platform's, and recent. Takes the same time for every wrong signature.
 * @example
 * ```ts
 * import { callbackSignature, checkCallback } from "@livekeeper/douyin";
 * const body = Buffer.from("[]");
 * const at = Date.now();
 * const signed = { "x-msg-type": "live_gift", "x-nonce-str": "n", "x-roomid": "7590", "x-timestamp": `${at}` };
 * const headers = { ...signed, "x-signature": callbackSignature(signed, body, "the app's secret") };
 * const rules = { now: at, windowMs: 300_000 };
 * const wrong = checkCallback({ headers, body }, { ...rules, secretOf: () => "another" });
 * console.log(wrong); // → "signature"
 * const callback = checkCallback({ headers, body }, { ...rules, secretOf: () => "the app's secret" });
 * if (typeof callback !== "string") console.log(callback.roomId); // → "7590"
 * ```
 */
export function checkCallback({ headers, body }: Callback, rules: CallbackRules): SignedCallback | CallbackProblem {
	const type = headers["x-msg-type"];
	const [roomId, at, signature] = [headers["x-roomid"], headers["x-timestamp"], headers["x-signature"]];
	if (!isOfficialType(type) || typeof headers["x-nonce-str"] !== "string") return "headers";
	if (typeof roomId !== "string" || !/^\d{1,20}$/.test(roomId)) return "headers";
	if (typeof at !== "string" || !/^\d{1,15}$/.test(at) || typeof signature !== "string") return "headers";
	// The signature doesn't cover where one header ends, so a value must not look like the next one.
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

/** Remembers callbacks accepted within a time window, so that none is accepted twice. */
export class ReplayWindow {
	readonly #windowMs: number;
	/** Times by signature, in order of acceptance. */
	readonly #taken = new Map<string, number>();

	/** @param windowMs maximum time before and after its own time at which a callback may arrive, ms */
	constructor(windowMs: number) {
		this.#windowMs = windowMs;
	}

	/** Number of remembered callbacks. */
	get size(): number {
		return this.#taken.size;
	}

	/** Accepts a callback. @returns false for one that was accepted before */
	take({ signature, at }: { signature: string; at: number }, now: number): boolean {
		for (const [known, knownAt] of this.#taken) {
			// The order is nearly that of time: entries after one that may still come are kept a little longer.
			if (now - knownAt <= this.#windowMs) break;
			this.#taken.delete(known);
		}
		if (this.#taken.has(signature)) return false;
		this.#taken.set(signature, at);
		return true;
	}

	/** Forgets a callback that could not be stored after all: it may come again. */
	release({ signature }: { signature: string }): void {
		this.#taken.delete(signature);
	}
}

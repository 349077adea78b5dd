import type { Clock } from "@livekeeper/douyin";
import { AddressNotAllowedError } from "./addresses.ts";
import type { DeliveryErrorCode } from "./target.ts";
import { FloodedError } from "./transports/inbound.ts";

export type DeliveryResult =
	| { ok: true; status?: number }
	| {
			ok: false;
			code: DeliveryErrorCode;
			message: string;
			status?: number;
			/** Wait that the receiver asked for, ms. */
			retryAfterMs?: number;
			/** Whether the receiver will never accept this (410). */
			gone: boolean;
	  };

/** No answer within the timeout. */
class NoAnswerError extends Error {
	override readonly name = "NoAnswerError";

	constructor(timeoutMs: number) {
		super(`No answer within ${timeoutMs / 1000} s.`);
	}
}

export function failed(code: DeliveryErrorCode, message: string): DeliveryResult {
	return { ok: false, code, message, gone: false };
}

/** Converts an error of a socket or resolver to a result. Messages never quote the URL, which may contain a secret. */
export function failureOf(error: unknown): DeliveryResult {
	if (error instanceof AddressNotAllowedError) return failed("address_not_allowed", error.message);
	if (error instanceof FloodedError) {
		return { ok: false, code: "flooded", message: error.message, retryAfterMs: error.retryAfterMs, gone: false };
	}
	if (error instanceof NoAnswerError) return failed("timeout", error.message);
	// If several addresses were tried, Node reports one error for all of them; the first stands for the others.
	if (error instanceof AggregateError && error.errors.length > 0) return failureOf(error.errors[0]);
	const { code: named, message = String(error) } = error as Partial<NodeJS.ErrnoException>;
	// Some errors have numeric codes.
	const code = typeof named === "string" ? named : "";
	if (code === "ENOTFOUND" || code.startsWith("EAI_")) return failed("dns", `The host name did not resolve (${code}).`);
	if (isTlsCode(code)) return failed("tls", `The TLS connection failed: ${message}`);
	return failed("network", `The connection failed: ${code || message}`);
}

function isTlsCode(code: string): boolean {
	return (
		/^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|EPROTO)/.test(code) ||
		code === "DEPTH_ZERO_SELF_SIGNED_CERT" ||
		code === "SELF_SIGNED_CERT_IN_CHAIN"
	);
}

interface Limit {
	clock: Clock;
	timeoutMs: number;
	/** Aborts it at once. */
	signal: AbortSignal;
}

/**
 * Resolves with the result of `work`, or rejects on timeout or abort. Does not cancel `work`; its owner does.
 * @throws NoAnswerError, the signal's reason, or whatever `work` throws
 */
export async function within<T>({ clock, timeoutMs, signal }: Limit, work: () => Promise<T>): Promise<T> {
	signal.throwIfAborted();
	const late = new AbortController();
	const timer = clock.after(timeoutMs, () => late.abort(new NoAnswerError(timeoutMs)));
	const ended = AbortSignal.any([signal, late.signal]);
	const cut = new Promise<never>((_, reject) => {
		ended.addEventListener("abort", () => reject(ended.reason), { once: true });
	});
	try {
		return await Promise.race([work(), cut]);
	} finally {
		timer.cancel();
	}
}

import type { IncomingHttpHeaders } from "node:http";
import { DouyinError, type DouyinErrorOptions, type FailureReason } from "../errors.ts";
import { parseRetryAfter } from "../reconnect/index.ts";

/** Classifies a failure below HTTP. Returns a {@link DouyinError} anywhere in the chain of causes as it is. */
export function failureOfError(error: unknown, what: string): DouyinError {
	let code = "";
	let root = error;
	for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth++) {
		if (cause instanceof DouyinError) return cause;
		root = cause;
		const found = (cause as NodeJS.ErrnoException).code;
		// A later cause is more precise than a wrapper's own code.
		if (typeof found === "string") code = found;
	}
	const words = error instanceof Error ? error.message : String(error);
	// Without the wrappers: an HTTP client's error keeps the whole request in memory.
	return new DouyinError(reasonOfCode(code), `${what}: ${words || code}`, { cause: root });
}

const tlsCode = /^(ERR_TLS_|ERR_SSL_|CERT_|EPROTO$|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH$|INVALID_CA$)/;

function reasonOfCode(code: string): FailureReason {
	if (code === "ENOTFOUND" || code.startsWith("EAI_")) return "dns";
	if (code === "ETIMEDOUT" || code === "ESOCKETTIMEDOUT") return "timeout";
	return tlsCode.test(code) ? "tls" : "network";
}

/** Classifies an unsuccessful HTTP status; `undefined` for 2xx, 3xx, 404 and 410. */
export function failureOfStatus(
	status: number,
	headers: IncomingHttpHeaders,
	what: string,
	now: number,
): DouyinError | undefined {
	if (status < 400 || status === 404 || status === 410) return undefined;
	const retryAfterMs = retryAfterOf(headers, now);
	const upstreamMessage = header(headers, "handshake-msg");
	const options: DouyinErrorOptions = { status, upstreamMessage, retryAfterMs };
	const message = `${what}: the upstream answered ${status}`;
	if (status === 429) return new DouyinError("rate_limited", message, options);
	// The site's edge drops an address with 444 (bililive-go #967 and #1010, 2025-10).
	if (status === 401 || status === 403 || status === 444) {
		return new DouyinError("blocked", message, { ...options, upstreamMessage: upstreamMessage ?? String(status) });
	}
	if (status >= 500) return new DouyinError("upstream_error", message, options);
	return new DouyinError("unreadable_page", message, options);
}

/** Returns the time to wait as an answer's `Retry-After` asks, ms; `undefined` if it does not. */
export function retryAfterOf(headers: IncomingHttpHeaders, now: number): number | undefined {
	return parseRetryAfter(header(headers, "retry-after"), now);
}

/**
 * Returns a failure for a request that is not sent, because the answer to an earlier one still holds.
 * @param restMs the rest of the wait; passed on if the upstream has asked for it
 */
export function repeatOf(failure: DouyinError, restMs: number): DouyinError {
	const { reason, message, status, upstreamMessage } = failure;
	const retryAfterMs = failure.retryAfterMs === undefined ? undefined : restMs;
	return new DouyinError(reason, message, { status, upstreamMessage, retryAfterMs });
}

/** Returns one header's value; the first if it came several times. */
export function header(headers: IncomingHttpHeaders, name: string): string | undefined {
	const value = headers[name];
	return Array.isArray(value) ? value[0] : value;
}

import type { IncomingHttpHeaders } from "node:http";
import { DouyinError, type FailureReason } from "../errors.ts";
import { header } from "../net/index.ts";
import { parseRetryAfter } from "../reconnect/index.ts";

/** The upstream's answer instead of opening the socket. */
export interface HandshakeAnswer {
	status: number;
	statusMessage: string;
	headers: IncomingHttpHeaders;
}

/**
 * Determines why a handshake was refused. The edge may answer HTTP 200 and put its verdict into `handshake-status` and
 * `handshake-msg` (the web page's protocol, "socket").
 */
export function handshakeRefusal(answer: HandshakeAnswer, now: number): DouyinError {
	const verdict = Number(header(answer.headers, "handshake-status"));
	const status = verdict > 0 ? verdict : answer.status;
	const words = header(answer.headers, "handshake-msg") || answer.statusMessage || `HTTP ${answer.status}`;
	return new DouyinError(reasonOf(status, words), `The live connection was refused: ${status} ${words}`, {
		status,
		upstreamMessage: words,
		retryAfterMs: parseRetryAfter(header(answer.headers, "retry-after"), now),
	});
}

function reasonOf(status: number, words: string): FailureReason {
	if (status === 401 || status === 403 || words.includes("DEVICE_BLOCKED")) return "blocked";
	if (status === 429) return "rate_limited";
	if (status >= 500) return "upstream_error";
	return /sign/i.test(words) ? "signature_rejected" : "handshake_refused";
}

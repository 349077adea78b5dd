import { type Clock, systemClock } from "../clock.ts";
import { DouyinError, InputError } from "../errors.ts";
import { HttpClient } from "../net/index.ts";
import { functionSigner, requireSignature, type Signer } from "./signer.ts";

export interface HttpSignerOptions {
	/** Address to POST to. It is contacted directly: an identity's proxy is for the upstream. */
	url: string;
	/** Timeout of a request, ms; default 5,000. */
	timeoutMs?: number;
	/** Sent with every request, e.g. `Authorization`. */
	headers?: Record<string, string>;
	clock?: Clock;
}

const maxAnswerBytes = 64 * 1024;

/**
 * Creates a signer that asks a server: POST `{"room_id","user_unique_id","stub","canonical"}`, answered by
 * `{"signature"}`. Failures are `DouyinError` with reason `timeout`, `network` (it can't be reached), or
 * `signature_rejected` (it answered, but without a signature).
 * @throws TypeError if the URL is not an HTTP URL
 */
export function httpSigner(options: HttpSignerOptions): Signer {
	const { url, timeoutMs = 5_000, headers = {}, clock = systemClock } = options;
	if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
		throw new InputError("signer_url", "The signer's URL must begin with http or https.");
	}
	const http = new HttpClient({ baseUrl: url, clock, timeoutMs, maxBodyBytes: maxAnswerBytes });
	return functionSigner(async ({ roomId, userUniqueId, stub, canonical, signal }) => {
		const json = { room_id: roomId, user_unique_id: userUniqueId, stub, canonical };
		const request = { url, what: "The signer", json, headers, withoutCookies: true };
		const answer = await http
			.request({ ...request, signal: signal ?? new AbortController().signal })
			.catch((error: unknown) => {
				throw asSignerFailure(error);
			});
		if (answer.status < 200 || answer.status > 299) {
			throw new DouyinError("signature_rejected", `The signer answered HTTP ${answer.status}.`, {
				status: answer.status,
			});
		}
		return signatureIn(answer.body.toString());
	});
}

/** Converts a failure: the upstream is not involved, so a failing name or certificate is `network` for the signer. */
function asSignerFailure(error: unknown): unknown {
	if (!(error instanceof DouyinError) || error.reason === "timeout" || error.reason === "network") return error;
	const reason = error.reason === "unreadable_page" ? "signature_rejected" : "network";
	return new DouyinError(reason, error.message, { cause: error });
}

function signatureIn(body: string): string {
	let answer: unknown;
	try {
		answer = JSON.parse(body);
	} catch (error) {
		throw new DouyinError("signature_rejected", "The signer's answer is not JSON.", { cause: error });
	}
	return requireSignature((answer as { signature?: unknown } | null)?.signature);
}

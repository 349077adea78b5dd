import { createHash } from "node:crypto";

/** The headers that a callback's signature covers, without the signature itself. */
export interface CallbackHeaders {
	"x-nonce-str": string;
	"x-timestamp": string;
	"x-roomid": string;
	"x-msg-type": string;
}

/** Computes the base64 of MD5 over the headers by name, the body and the secret (the open platform's documentation). */
export function signCallback(headers: CallbackHeaders, body: string, secret: string): string {
	const pairs = Object.entries(headers).map(([name, value]) => `${name}=${value}`);
	return createHash("md5").update(pairs.sort().join("&")).update(body).update(secret).digest("base64");
}

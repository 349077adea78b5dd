import { createHmac } from "node:crypto";

/**
 * What the header `x-livekeeper-signature` holds: HMAC-SHA256 of the timestamp as sent, a dot, and the body's bytes.
 * The timestamp is part of what is signed, so that an old request can't be sent again under a new one.
 * @param timestamp seconds since the epoch, as in `x-livekeeper-timestamp`
 */
export function signatureOf(secret: string, timestamp: string, body: Uint8Array): string {
	return `v1=${createHmac("sha256", secret).update(`${timestamp}.`).update(body).digest("hex")}`;
}

import { createHmac } from "node:crypto";

/**
 * Returns the value of the header `x-livekeeper-signature`: HMAC-SHA256 of the timestamp as sent, a dot, and the body's
 * bytes. The timestamp is signed too, so an old request cannot be replayed under a new one.
 * @param timestamp seconds since the epoch, as in `x-livekeeper-timestamp`
 */
export function signatureOf(secret: string, timestamp: string, body: Uint8Array): string {
	return `v1=${createHmac("sha256", secret).update(`${timestamp}.`).update(body).digest("hex")}`;
}

import { encodePushFrame } from "../wire/index.ts";

/** The answer to a frame that wants an ack: names it, and hands its `internal_ext` back. */
export function encodeAck(logId: string, internalExt: string): Uint8Array {
	return encodePushFrame({ logId, payloadType: "ack", payload: Buffer.from(internalExt, "utf8") });
}

/** What the web page sends every ten seconds. */
export function encodeHeartbeat(): Uint8Array {
	return encodePushFrame({ payloadType: "hb" });
}

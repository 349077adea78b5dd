import { createPublicKey, type KeyObject, verify } from "node:crypto";

/** DER of an ed25519 key up to its 32 bytes (RFC 8410). */
const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");

/** Reads an ed25519 public key: its 32 bytes in base64. `undefined` for anything else. */
export function publicKeyOf(text: string): KeyObject | undefined {
	const raw = Buffer.from(text, "base64");
	if (raw.length !== 32 || raw.toString("base64").replace(/=+$/, "") !== text.replace(/=+$/, "")) return undefined;
	return createPublicKey({ key: Buffer.concat([spkiPrefix, raw]), format: "der", type: "spki" });
}

/** Returns whether `signature` (base64) is one of these bytes by the key's owner. */
export function isSigned(bytes: Uint8Array, signature: string, key: KeyObject): boolean {
	const raw = Buffer.from(signature, "base64");
	return raw.length === 64 && verify(null, bytes, key, raw);
}

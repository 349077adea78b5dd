import { createHash } from "node:crypto";
import { builtInProfile, filled, type SiteProfile } from "../site-profile/index.ts";
import { rc4, siteBase64 } from "./a-bogus.ts";

export interface SignatureIds {
	/** The broadcast's room id (not the live id). */
	roomId: string;
	/** The visitor's id, as the room's page gives it. */
	userUniqueId: string;
}

/** Parts that differ from one signature to the next for the same ids. */
export interface SignatureNonce {
	/** 1 for the first call of a session, then incremented each time. Only its low six bits are used. */
	counter: number;
	/** 0 to 254. */
	payloadRandom: number;
	/** 0 to 254: the RC4 key. */
	keyByte: number;
	flagBit: 0 | 1;
}

/** Returns the string from which the socket's signature is made (the web page's protocol, "signature"). */
export function canonicalString({ roomId, userUniqueId }: SignatureIds, profile: SiteProfile = builtInProfile): string {
	const values = { room_id: roomId, user_unique_id: userUniqueId };
	return profile.signature.text.map(([name, value]) => `${name}=${filled(profile, value, values)}`).join(",");
}

/** Returns the hex MD5 of the canonical string, which the page calls `X-MS-STUB`. */
export function signatureStub(canonical: string): string {
	return md5(Buffer.from(canonical)).toString("hex");
}

/** Returns the 16 characters of the socket's `signature` parameter. The same input always gives the same output. */
export function webcastSignature(
	ids: SignatureIds,
	nonce: SignatureNonce,
	profile: SiteProfile = builtInProfile,
): string {
	const { alphabet, marks, flags } = profile.signature;
	const stub = md5(Buffer.from(canonicalString(ids, profile)));
	const bodyDigest = md5(md5(new Uint8Array(0)));
	const stubDigest = md5(stub);
	const payload = Uint8Array.of(
		nonce.counter & 0x3f,
		...marks,
		bodyDigest.readUInt8(14),
		bodyDigest.readUInt8(15),
		stubDigest.readUInt8(14),
		stubDigest.readUInt8(15),
		nonce.payloadRandom,
		0,
	);
	payload[9] = payload.reduce((checksum, byte) => checksum ^ byte, 0);
	const encrypted = rc4(Uint8Array.of(nonce.keyByte), payload);
	const first = flags | (nonce.flagBit === 1 ? 0x10 : 0);
	return siteBase64(Uint8Array.of(first, nonce.keyByte, ...encrypted), alphabet);
}

function md5(bytes: Uint8Array): Buffer {
	return createHash("md5").update(bytes).digest();
}

import { createHash } from "node:crypto";
import { rc4 } from "./rc4.ts";
import { alphabets, siteBase64 } from "./site-base64.ts";

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
export function canonicalString({ roomId, userUniqueId }: SignatureIds): string {
	return (
		"live_id=1,aid=6383,version_code=180800,webcast_sdk_version=1.0.15," +
		`room_id=${roomId},sub_room_id=,sub_channel_id=,did_rule=3,user_unique_id=${userUniqueId},` +
		"device_platform=web,device_type=,ac=,identity=audience"
	);
}

/** Returns the hex MD5 of the canonical string, which the page calls `X-MS-STUB`. */
export function signatureStub(canonical: string): string {
	return md5(Buffer.from(canonical)).toString("hex");
}

/** Returns the 16 characters of the socket's `signature` parameter. The same input always gives the same output. */
export function webcastSignature(ids: SignatureIds, nonce: SignatureNonce): string {
	const stub = md5(Buffer.from(canonicalString(ids)));
	const bodyDigest = md5(md5(new Uint8Array(0)));
	const stubDigest = md5(stub);
	const payload = Uint8Array.of(
		nonce.counter & 0x3f,
		0,
		1,
		14,
		bodyDigest.readUInt8(14),
		bodyDigest.readUInt8(15),
		stubDigest.readUInt8(14),
		stubDigest.readUInt8(15),
		nonce.payloadRandom,
		0,
	);
	payload[9] = payload.reduce((checksum, byte) => checksum ^ byte, 0);
	const encrypted = rc4(Uint8Array.of(nonce.keyByte), payload);
	const flags = 0x40 | (nonce.flagBit === 1 ? 0x10 : 0);
	return siteBase64(Uint8Array.of(flags, nonce.keyByte, ...encrypted), alphabets.signature);
}

function md5(bytes: Uint8Array): Buffer {
	return createHash("md5").update(bytes).digest();
}

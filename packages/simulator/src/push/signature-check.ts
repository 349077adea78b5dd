import { createHash } from "node:crypto";

/** The 64 digits of a signature. */
const siteDigits = "Dkdpgh4ZKsQB80/Mfvw36XI1R25+WUAlEi7NLboqYTOPuzmFjJnryx9HVGcaStCe";

const md5 = (bytes: string | Uint8Array): Buffer => createHash("md5").update(bytes).digest();

/** Bytes 4 and 5 of every signature's payload. */
const emptyMark = md5(md5("")).subarray(14);

/**
 * Values of the payload's fourth byte: without input, after the mouse, after keys, after both. A page in use signs with
 * any of them, so `strict` accepts them all.
 */
const inputMarks: readonly number[] = [14, 12, 6, 0];

/** The query parameters that a signature covers, in its order. */
const signedParameters = [
	"live_id",
	"aid",
	"version_code",
	"webcast_sdk_version",
	"room_id",
	"sub_room_id",
	"sub_channel_id",
	"did_rule",
	"user_unique_id",
	"device_platform",
	"device_type",
	"ac",
	"identity",
];

/**
 * Returns the problem with a push socket's `signature` (the web page's protocol, "signature"); `undefined` if it has
 * none.
 *
 * @param query the socket's query, which the signature covers
 * @param strict whether it must be as the script signs in an unrecognized browser, with 0 and 1 in the payload's second
 * and third byte. In Chromium the second was seen as 2 and 6, by user agent, the third as 9 if `navigator.webdriver` is
 * set
 */
export function signatureProblem(
	signature: string,
	query: URLSearchParams,
	strict: boolean,
	digits = siteDigits,
): string | undefined {
	if (signature.length !== 16) return `signature has ${signature.length} characters, not 16`;
	const bytes = decodeBase64(signature, digits);
	if (!bytes) return "signature has characters that are not of its alphabet";
	const flags = bytes[0] as number;
	const key = bytes[1] as number;
	if ((flags & ~0x10) !== 0x40) return "signature's flags are wrong";
	if (key === 0xff) return "signature's key byte is out of range";
	const payload = rc4(key, bytes.subarray(2));
	const [counter = 0, ...rest] = payload;
	if (counter > 0x3f) return "signature's counter is out of range";
	if (!inputMarks.includes(rest[2] ?? -1)) return "signature's mark of what the page was touched with is wrong";
	if (strict && (rest[0] !== 0 || rest[1] !== 1)) return "signature's marks of the browser are not 0 and 1";
	if (rest[7] === 0xff) return "signature's random byte is out of range";
	if (payload.reduce((xor, byte) => xor ^ byte, 0) !== 0) return "signature's checksum is wrong";
	if (!payload.subarray(4, 6).equals(emptyMark)) return "signature's mark of the empty body is wrong";
	const canonical = signedParameters.map((name) => `${name}=${query.get(name) ?? ""}`).join(",");
	const mark = md5(md5(canonical)).subarray(14);
	if (payload.subarray(6, 8).equals(mark)) return undefined;
	return "signature is not for this room_id, user_unique_id and webcast_sdk_version";
}

function decodeBase64(text: string, alphabet: string): Buffer | undefined {
	const bytes = Buffer.alloc((text.length / 4) * 3);
	for (let i = 0; i < text.length; i += 4) {
		let bits = 0;
		for (const letter of text.slice(i, i + 4)) {
			const value = alphabet.indexOf(letter);
			if (value < 0) return undefined;
			bits = (bits << 6) | value;
		}
		bytes.writeUIntBE(bits, (i / 4) * 3, 3);
	}
	return bytes;
}

/** RC4 with a key of one byte; the same call encrypts and decrypts. */
function rc4(key: number, input: Uint8Array): Buffer {
	const state = Uint8Array.from({ length: 256 }, (_, i) => i);
	const swap = (a: number, b: number) => {
		const byte = state[a] as number;
		state[a] = state[b] as number;
		state[b] = byte;
	};
	let j = 0;
	for (let i = 0; i < 256; i++) {
		j = (j + (state[i] as number) + key) & 255;
		swap(i, j);
	}
	const output = Buffer.alloc(input.length);
	j = 0;
	for (const [n, byte] of input.entries()) {
		const i = (n + 1) & 255;
		j = (j + (state[i] as number)) & 255;
		swap(i, j);
		output[n] = byte ^ (state[((state[i] as number) + (state[j] as number)) & 255] as number);
	}
	return output;
}

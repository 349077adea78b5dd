import { createHash } from "node:crypto";
import { builtInProfile, type SiteProfile } from "../site-profile/index.ts";

export interface ABogusInput {
	/** The query string as sent, without `a_bogus`. */
	query: string;
	userAgent: string;
	/** Current time, ms since the epoch. */
	now: number;
	/** Returns a number from 0 to just under 1, like `Math.random`. */
	random: () => number;
}

/**
 * Computes the `a_bogus` parameter for a GET request: SM3 digests of query, method and user agent, times and browser in
 * a fixed layout, under RC4, in the site's Base64. Written from public descriptions; the site changes it without
 * notice, and only its user-agent digest could be checked against a known value.
 */
export function aBogus(
	{ query, userAgent, now, random }: ABogusInput,
	constants: SiteProfile["a_bogus"] = builtInProfile.a_bogus,
): string {
	const { salt, browser, alphabet } = constants;
	const startedAt = now;
	const endedAt = now + 4 + Math.floor(random() * 5);
	const queryDigest = sm3(sm3(Buffer.from(query + salt)));
	const methodDigest = sm3(sm3(Buffer.from(`GET${salt}`)));
	const agentDigest = userAgentDigest(userAgent, constants);

	const head = new Uint8Array(44);
	for (const [at, byte] of constants.fixed) head[at] = byte;
	head[7] = queryDigest.readUInt8(21);
	head[18] = queryDigest.readUInt8(22);
	head[8] = methodDigest.readUInt8(21);
	head[19] = methodDigest.readUInt8(22);
	head[10] = agentDigest.readUInt8(23);
	head[20] = agentDigest.readUInt8(24);
	put(head, [1, 11, 21, 26], endedAt);
	put(head, [30, 31, 33, 34], startedAt);
	head[36] = Math.floor(endedAt / 2 ** 32);
	head[38] = Math.floor(startedAt / 2 ** 32);
	head[40] = browser.length;
	const checksum = head.reduce((sum, byte) => sum ^ byte, 0);

	const body = rc4(Buffer.from(constants.key), Buffer.concat([head, Buffer.from(browser), Uint8Array.of(checksum)]));
	return siteBase64(Buffer.concat([noise(random), body]), alphabet);
}

/** Returns the SM3 digest of the user agent under RC4, in the site's Base64. Exported for its test. */
export function userAgentDigest(
	userAgent: string,
	{ agent_key, agent_alphabet }: SiteProfile["a_bogus"] = builtInProfile.a_bogus,
): Buffer {
	const encrypted = rc4(Uint8Array.from(agent_key), Buffer.from(userAgent, "latin1"));
	return sm3(Buffer.from(siteBase64(encrypted, agent_alphabet)));
}

/** Writes the low 32 bits of `value`, highest byte first, at the four positions of `at`. */
function put(bytes: Uint8Array, at: readonly [number, number, number, number], value: number): void {
	for (const [i, place] of at.entries()) bytes[place] = Math.floor(value / 2 ** (24 - 8 * i)) & 0xff;
}

/** Returns twelve bytes that carry three random numbers, with fixed bits in between. */
function noise(random: () => number): Uint8Array {
	const fixedBits = [
		[1, 2, 5, 40],
		[1, 0, 0, 0],
		[1, 0, 5, 0],
	] as const;
	const bytes: number[] = [];
	for (const [a, b, c, d] of fixedBits) {
		const value = Math.floor(random() * 10_000);
		const low = value & 0xff;
		const high = value >> 8;
		bytes.push((low & 0xaa) | a, (low & 0x55) | b, (high & 0xaa) | c, (high & 0x55) | d);
	}
	return Uint8Array.from(bytes);
}

function sm3(bytes: Uint8Array): Buffer {
	return createHash("sm3").update(bytes).digest();
}

/** RC4 (symmetric: the same call decrypts). Implemented here because OpenSSL 3 no longer offers it by default. */
export function rc4(key: Uint8Array, data: Uint8Array): Uint8Array {
	const state = new Uint8Array(256);
	for (let i = 0; i < 256; i++) state[i] = i;
	for (let i = 0, j = 0; i < 256; i++) {
		j = (j + byteAt(state, i) + byteAt(key, i % key.length)) & 0xff;
		swap(state, i, j);
	}
	const out = new Uint8Array(data.length);
	for (let n = 0, i = 0, j = 0; n < data.length; n++) {
		i = (i + 1) & 0xff;
		j = (j + byteAt(state, i)) & 0xff;
		swap(state, i, j);
		out[n] = byteAt(data, n) ^ byteAt(state, (byteAt(state, i) + byteAt(state, j)) & 0xff);
	}
	return out;
}

function byteAt(bytes: Uint8Array, index: number): number {
	return bytes[index] ?? 0;
}

function swap(bytes: Uint8Array, a: number, b: number): void {
	const kept = byteAt(bytes, a);
	bytes[a] = byteAt(bytes, b);
	bytes[b] = kept;
}

const standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Encodes Base64 with the digits of `alphabet`; keeps `=` padding. */
export function siteBase64(bytes: Uint8Array, alphabet: string): string {
	let out = "";
	for (const digit of Buffer.from(bytes).toString("base64")) {
		out += digit === "=" ? "=" : alphabet.charAt(standard.indexOf(digit));
	}
	return out;
}

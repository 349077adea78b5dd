const standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Encodes Base64 with the digits of `alphabet`; keeps `=` padding. */
export function siteBase64(bytes: Uint8Array, alphabet: string): string {
	let out = "";
	for (const digit of Buffer.from(bytes).toString("base64")) {
		out += digit === "=" ? "=" : alphabet.charAt(standard.indexOf(digit));
	}
	return out;
}

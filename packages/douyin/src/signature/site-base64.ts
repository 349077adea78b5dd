const standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The site's own orders of the 64 digits, each with its own purpose. */
export const alphabets = {
	signature: "Dkdpgh4ZKsQB80/Mfvw36XI1R25+WUAlEi7NLboqYTOPuzmFjJnryx9HVGcaStCe",
	userAgent: "ckdp1h4ZKsUB80/Mfvw36XIgR25+WQAlEi7NLboqYTOPuzmFjJnryx9HVGDaStCe",
	aBogus: "Dkdpgh2ZmsQB80/MfvV36XI1R45-WUAlEixNLwoqYTOPuzKFjJnry79HbGcaStCe",
} as const;

/** Encodes Base64 with the digits of `alphabet`; keeps `=` padding. */
export function siteBase64(bytes: Uint8Array, alphabet: string): string {
	let out = "";
	for (const digit of Buffer.from(bytes).toString("base64")) {
		out += digit === "=" ? "=" : alphabet.charAt(standard.indexOf(digit));
	}
	return out;
}

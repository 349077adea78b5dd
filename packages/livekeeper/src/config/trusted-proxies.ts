import { isIP } from "node:net";
import { z } from "zod";

/** Returns whether a text is a proxy's address or a network of them: `10.0.0.1`, `10.0.0.0/8`, `fd00::/8`. */
function isNetwork(text: string): boolean {
	const [address = "", bits, ...rest] = text.split("/");
	const maxBits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
	if (rest.length > 0 || maxBits < 0) return false;
	return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= maxBits);
}

const networks = z.array(z.string().refine(isNetwork)).min(1).max(100);

/** Parses the textual forms of the environment and of flags. */
function fromText(value: unknown): unknown {
	if (typeof value !== "string") return value;
	const text = value.trim();
	if (/^\d{1,3}$/.test(text)) return Number(text);
	if (/^(true|yes|on)$/i.test(text)) return true;
	return /^(false|no|off)$/i.test(text) ? false : text.split(",").map((network) => network.trim());
}

/** `trust_proxy`: true or false for all or none, the number of proxies in a row, or the proxies by their addresses. */
export const trustedProxies = z.preprocess(fromText, z.union([z.boolean(), z.int().min(0).max(32), networks]));

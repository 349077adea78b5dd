/** Encodes a name as one token of a subject or a key: other characters become `=` and hexadecimal digits. */
export function tokenOf(name: string): string {
	return name.replaceAll(/[^A-Za-z0-9_-]/gu, (char) => Buffer.from(char).toString("hex").replaceAll(/../g, "=$&"));
}

/** Decodes the name that was passed to `tokenOf`. */
export function nameOf(token: string): string {
	return token.replaceAll(/(=[0-9a-f]{2})+/g, (hex) => Buffer.from(hex.replaceAll("=", ""), "hex").toString());
}

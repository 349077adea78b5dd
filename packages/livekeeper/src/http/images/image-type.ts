/** Kinds of pictures that are passed on, recognized by their first bytes. No SVG, because it can contain scripts. */
const signatures: readonly { type: string; test: (head: Buffer) => boolean }[] = [
	{ type: "image/jpeg", test: (head) => head.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])) },
	{ type: "image/png", test: (head) => head.subarray(0, 8).equals(Buffer.from("\x89PNG\r\n\x1a\n", "latin1")) },
	{ type: "image/gif", test: (head) => /^GIF8[79]a/.test(head.toString("latin1", 0, 6)) },
	{
		type: "image/webp",
		test: (head) => head.toString("latin1", 0, 4) === "RIFF" && head.toString("latin1", 8, 12) === "WEBP",
	},
	{ type: "image/avif", test: (head) => /^ftypavi[fs]/.test(head.toString("latin1", 4, 12)) },
];

/** Returns the type of a picture by its content, whatever its sender calls it; `undefined` if it is no picture. */
export function imageType(head: Buffer): string | undefined {
	return signatures.find(({ test }) => test(head))?.type;
}

import fc from "fast-check";
import { expect, test } from "vitest";
import { safeCss } from "./safe-css.ts";

/** Matches everything that makes a browser fetch; run on text whose escapes are resolved as in CSS. */
const fetches =
	/(?<![\w-])(url|src|image|image-set|-webkit-image-set|cross-fade|-webkit-cross-fade)\(|@import|@font-face/i;

const unescaped = (css: string) =>
	css.replace(/\\([0-9a-f]{1,6})\s?/gi, (_, hex: string) =>
		String.fromCodePoint(Math.min(Number.parseInt(hex, 16), 0xffff)),
	);

test("leaves nothing that fetches, in any combination", () => {
	const pieces = fc.constantFrom(
		..."url( URL( src( image( image-set( -webkit-image-set( cross-fade( @import @IMPORT @font-face @im @ import port font -face u rl( r l( s \\ \\75 \\72 \\6c \\0040 / * { } ; : , ( ) - _ a 1 'http://evil.example/a' not-allowed".split(
			" ",
		),
		" ",
		"\n",
		"\0",
	);
	fc.assert(
		fc.property(fc.array(pieces, { maxLength: 14 }), (parts) => {
			const safe = safeCss(parts.join(""));
			expect(fetches.test(safe) || fetches.test(unescaped(safe))).toBe(false);
		}),
		{ numRuns: 5_000 },
	);
});

test.each([
	[".name { color: gold; }", ".name { color: gold; }"],
	[".a { background: url(http://evil.example/a.png) }", ".a { background: not-allowed(http://evil.example/a.png) }"],
	['@import "http://evil.example/a.css";', '@not-allowed-import "http://evil.example/a.css";'],
	[".a { background: \\75rl(http://evil.example) }", ".a { background: 75rl(http://evil.example) }"],
	[".a { background: u\\rl(x) }", ".a { background: not-allowed(x) }"],
	[
		'.a { background: image-set("http://evil.example" 1x) }',
		'.a { background: not-allowed("http://evil.example" 1x) }',
	],
	[
		"@media (min-width: 1px) { .curl { width: calc(1px + 2px) } }",
		"@media (min-width: 1px) { .curl { width: calc(1px + 2px) } }",
	],
])("makes %s safe", (css, safe) => {
	expect(safeCss(css)).toBe(safe);
});

import { expect, test } from "vitest";
import { signatureOf } from "./signature.ts";

// Made with `printf '1700000000.{"你":1}' | openssl dgst -sha256 -hmac s3cret`.
const known = "v1=814b8cc9400c4ea1b1855c0e2476bdceefe09519e2992a31f872e9aef2aeafe8";

test("signs timestamp, dot and body like other programs", () => {
	expect(signatureOf("s3cret", "1700000000", Buffer.from('{"你":1}'))).toBe(known);
});

test.each([
	["another secret", "other", "1700000000", '{"你":1}'],
	["another time", "s3cret", "1700000001", '{"你":1}'],
	["another body", "s3cret", "1700000000", '{"你":2}'],
])("makes a different signature for %s", (_, secret, timestamp, body) => {
	expect(signatureOf(secret, timestamp, Buffer.from(body))).not.toBe(known);
});

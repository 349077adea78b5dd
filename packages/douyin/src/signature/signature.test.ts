import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { DouyinError } from "../errors.ts";
import { aBogus, rc4, userAgentDigest } from "./a-bogus.ts";
import { createSigner, functionSigner } from "./signer.ts";
import { canonicalString, signatureStub, webcastSignature } from "./webcast-signature.ts";

interface Vector {
	roomId: string;
	userUniqueId: string;
	canonical: string;
	xMsStub: string;
	flagBit: 0 | 1;
	counter: number;
	payloadRandom: number;
	keyByte: number;
	signature: string;
}

const vectorsPath = fileURLToPath(new URL("../../../../../shared/protocol/signature-vectors.json", import.meta.url));
const vectors: Vector[] = existsSync(vectorsPath) ? JSON.parse(readFileSync(vectorsPath, "utf8")) : [];

test("matches signature vectors of the site's script byte for byte", (context) => {
	if (vectors.length === 0) context.skip("../shared/protocol/signature-vectors.json is absent");
	expect(vectors).toHaveLength(24);
	for (const vector of vectors) {
		expect(canonicalString(vector)).toBe(vector.canonical);
		expect(signatureStub(vector.canonical)).toBe(vector.xMsStub);
		expect(webcastSignature(vector, vector)).toBe(vector.signature);
	}
});

describe("signature", () => {
	it("stays the same for three invented rooms", () => {
		const signed = [
			webcastSignature(
				{ roomId: "7111111111111111111", userUniqueId: "7222222222222222222" },
				{ counter: 1, payloadRandom: 0, keyByte: 0, flagBit: 0 },
			),
			webcastSignature(
				{ roomId: "7333333333333333333", userUniqueId: "7444444444444444444" },
				{ counter: 64, payloadRandom: 254, keyByte: 254, flagBit: 1 },
			),
			webcastSignature(
				{ roomId: "7555555555555555555", userUniqueId: "7666666666666666666" },
				{ counter: 65, payloadRandom: 100, keyByte: 200, flagBit: 1 },
			),
		];
		expect(signed).toEqual(["fDpl4KiMGEixVVOp", "6MVrhJc1lIAVVonp", "68NbnYeUF6o7tqNL"]);
	});

	it("differs between consecutive calls for the same room", () => {
		const signer = createSigner({ random: () => 0.5 });
		const ids = { roomId: "7111111111111111111", userUniqueId: "7222222222222222222" };
		const nonce = { payloadRandom: 127, keyByte: 127, flagBit: 1 } as const;
		expect(signer.sign(ids)).toBe(webcastSignature(ids, { counter: 1, ...nonce }));
		expect(signer.sign(ids)).toBe(webcastSignature(ids, { counter: 2, ...nonce }));
	});

	it("has sixteen characters for any random numbers", () => {
		fc.assert(
			fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (r) => {
				const signature = createSigner({ random: () => r }).sign({ roomId: "1", userUniqueId: "2" });
				expect(signature).toMatch(/^[0-9A-Za-z+/]{16}$/);
			}),
		);
	});
});

describe("rc4", () => {
	it("matches the published test vector", () => {
		expect(Buffer.from(rc4(Buffer.from("Key"), Buffer.from("Plaintext"))).toString("hex")).toBe("bbf316e8d940af0ad3");
	});

	it("decrypts its own output", () => {
		fc.assert(
			fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.uint8Array(), (key, data) => {
				expect(rc4(key, rc4(key, data))).toEqual(data);
			}),
		);
	});
});

describe("a_bogus", () => {
	const userAgent =
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/90.0.4430.212 Safari/537.36";

	it("has the publicly known digest for a known user agent", () => {
		expect([...userAgentDigest(userAgent).subarray(0, 8)]).toEqual([76, 98, 15, 131, 97, 245, 224, 133]);
	});

	it("depends only on query, user agent, time and random numbers", () => {
		const input = { query: "a=1&b=2", userAgent, now: 1_767_225_600_000, random: () => 0.25 };
		const value = aBogus(input);
		expect(aBogus(input)).toBe(value);
		expect(aBogus({ ...input, query: "a=1&b=3" })).not.toBe(value);
		expect(aBogus({ ...input, userAgent: "Mozilla/5.0" })).not.toBe(value);
		expect(aBogus({ ...input, now: input.now + 1 })).not.toBe(value);
		expect(aBogus({ ...input, random: () => 0.75 })).not.toBe(value);
		expect(value).toMatch(/^[0-9A-Za-z\-/]+=*$/);
	});

	it("is off by default", () => {
		expect(createSigner().aBogus).toBeUndefined();
		expect(createSigner({ aBogus: true }).aBogus?.("a=1", userAgent)).toBeTypeOf("string");
	});
});

describe("functionSigner", () => {
	const ids = { roomId: "7111111111111111111", userUniqueId: "7222222222222222222" };

	it("passes the canonical string and its stub to the function", async () => {
		const signer = functionSigner(({ canonical, stub }) => `${stub}:${signatureStub(canonical) === stub}`);
		expect(await signer.sign(ids)).toBe(`${signatureStub(canonicalString(ids))}:true`);
	});

	it.each([
		["throws", () => Promise.reject(new Error("no key"))],
		["answers nothing", () => ""],
	])("converts a function that %s into signature_rejected", async (_what, sign) => {
		const failure = await Promise.resolve(functionSigner(sign).sign(ids)).catch((error: unknown) => error);
		expect(failure).toBeInstanceOf(DouyinError);
		expect((failure as DouyinError).reason).toBe("signature_rejected");
	});
});

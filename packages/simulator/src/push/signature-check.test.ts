import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { signedElsewhere, signedQuery } from "./signature.helpers.ts";
import { signatureProblem } from "./signature-check.ts";

const vectorsFile = fileURLToPath(new URL("../../../../../shared/protocol/signature-vectors.json", import.meta.url));

interface Vector {
	roomId: string;
	userUniqueId: string;
	signature: string;
}

const vectors: Vector[] = existsSync(vectorsFile) ? JSON.parse(readFileSync(vectorsFile, "utf8")) : [];

describe("the check of the push socket's signature", () => {
	it.skipIf(vectors.length === 0)("accepts the site's own signatures (skipped without ../shared/protocol)", () => {
		const problems = vectors.map((v) => signatureProblem(v.signature, signedQuery(v), true));
		expect(vectors.length).toBeGreaterThan(20);
		expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
	});

	it.skipIf(vectors.length === 0)("rejects a site's signature with any one character changed", () => {
		fc.assert(
			fc.property(
				fc.constantFrom(...vectors),
				fc.nat(15),
				fc.constantFrom(..."Dkdpgh4ZKsQB80/Mfvw36XI1R25+WUAlEi7NLboqYTOPuzmFjJnryx9HVGcaStCe"),
				(vector, at, letter) => {
					fc.pre(vector.signature[at] !== letter);
					const changed = vector.signature.slice(0, at) + letter + vector.signature.slice(at + 1);
					// The first character also carries the random flag: that one change keeps it valid.
					fc.pre(signatureFlags(changed) !== (signatureFlags(vector.signature) ^ 0x10));
					return signatureProblem(changed, signedQuery(vector), true) !== undefined;
				},
			),
			{ numRuns: 2000 },
		);
	});

	it.skipIf(vectors.length === 0)("names the ids if the signature is for another room", () => {
		const [first, second] = vectors;
		if (!first || !second) throw new Error("no vectors");
		const problem = signatureProblem(first.signature, signedQuery({ ...first, roomId: second.roomId }), true);
		expect(problem).toMatch(/is not for this room_id/);
	});

	const visit = { roomId: "7300000000000000001", userUniqueId: "7300000000000000123" };

	it.each(["1.0.14-beta.0", "1.0.15"])("depends on the SDK version in the query: %s", (sdkVersion) => {
		const signature = signedElsewhere({ ...visit, sdkVersion });
		expect(signatureProblem(signature, signedQuery({ ...visit, sdkVersion }), false)).toBeUndefined();
		const other = signatureProblem(signature, signedQuery({ ...visit, sdkVersion: "1.0.16" }), false);
		expect(other).toMatch(/not for this room_id, user_unique_id and webcast_sdk_version/);
	});

	it.each([
		[0, 1],
		[2, 1],
		[6, 1],
		[2, 9],
	])("accepts browser marks %i and %i, strictly 0 and 1", (...browser) => {
		const signature = signedElsewhere({ ...visit, browser });
		expect(signatureProblem(signature, signedQuery(visit), false)).toBeUndefined();
		const strictly = browser[0] === 0 ? undefined : "signature's marks of the browser are not 0 and 1";
		expect(signatureProblem(signature, signedQuery(visit), true)).toBe(strictly);
	});

	it.each([14, 12, 6, 0])("accepts every mark of input, also strictly: %i", (input) => {
		const signature = signedElsewhere({ ...visit, input });
		expect([false, true].map((strict) => signatureProblem(signature, signedQuery(visit), strict))).toEqual([
			undefined,
			undefined,
		]);
	});

	it.each([1, 7, 13, 15, 255])("rejects %i, which no input produces", (input) => {
		const signature = signedElsewhere({ ...visit, input });
		expect(signatureProblem(signature, signedQuery(visit), false)).toBe(
			"signature's mark of what the page was touched with is wrong",
		);
	});

	it("reports a wrong length or alphabet", () => {
		const query = signedQuery(visit);
		expect(signatureProblem("", query, false)).toMatch(/0 characters/);
		expect(signatureProblem("!".repeat(16), query, false)).toMatch(/alphabet/);
	});

	it("rejects everything that was not signed, strict or not", () => {
		fc.assert(
			fc.property(
				fc.stringMatching(/^[A-Za-z0-9+/]{16}$/),
				fc.boolean(),
				(signature, strict) => signatureProblem(signature, signedQuery(visit), strict) !== undefined,
			),
			{ numRuns: 2000 },
		);
	});
});

function signatureFlags(signature: string): number {
	const letters = "Dkdpgh4ZKsQB80/Mfvw36XI1R25+WUAlEi7NLboqYTOPuzmFjJnryx9HVGcaStCe";
	return (letters.indexOf(signature[0] ?? "") << 2) | (letters.indexOf(signature[1] ?? "") >> 4);
}

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
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
		const problems = vectors.map((v) => signatureProblem(v.signature, v.roomId, v.userUniqueId));
		expect(vectors.length).toBeGreaterThan(20);
		expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
	});

	it.skipIf(vectors.length === 0)("refuses a site's signature with any one character changed", () => {
		fc.assert(
			fc.property(
				fc.constantFrom(...vectors),
				fc.nat(15),
				fc.constantFrom(..."Dkdpgh4ZKsQB80/Mfvw36XI1R25+WUAlEi7NLboqYTOPuzmFjJnryx9HVGcaStCe"),
				(vector, at, letter) => {
					fc.pre(vector.signature[at] !== letter);
					const changed = vector.signature.slice(0, at) + letter + vector.signature.slice(at + 1);
					// The first character also carries the random flag: that one change leaves it good.
					fc.pre(signatureFlags(changed) !== (signatureFlags(vector.signature) ^ 0x10));
					return signatureProblem(changed, vector.roomId, vector.userUniqueId) !== undefined;
				},
			),
			{ numRuns: 2000 },
		);
	});

	it.skipIf(vectors.length === 0)("names the ids when the signature is for another room", () => {
		const [first, second] = vectors;
		const problem = signatureProblem(first?.signature ?? "", second?.roomId ?? "", first?.userUniqueId ?? "");
		expect(problem).toBe("signature is not for this room_id and user_unique_id");
	});

	it("says what is wrong with the length and the alphabet", () => {
		expect(signatureProblem("", "7", "7")).toMatch(/0 characters/);
		expect(signatureProblem("!".repeat(16), "7", "7")).toMatch(/alphabet/);
	});

	it("accepts nothing that was not signed", () => {
		fc.assert(
			fc.property(
				fc.stringMatching(/^[A-Za-z0-9+/]{16}$/),
				(signature) => signatureProblem(signature, "7", "7") !== undefined,
			),
			{ numRuns: 1000 },
		);
	});
});

function signatureFlags(signature: string): number {
	const letters = "Dkdpgh4ZKsQB80/Mfvw36XI1R25+WUAlEi7NLboqYTOPuzmFjJnryx9HVGcaStCe";
	return (letters.indexOf(signature[0] ?? "") << 2) | (letters.indexOf(signature[1] ?? "") >> 4);
}

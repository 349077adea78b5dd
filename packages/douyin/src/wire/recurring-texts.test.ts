import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { typedMethods } from "../events/mappers.ts";
import { RecurringTexts } from "./recurring-texts.ts";

describe("RecurringTexts", () => {
	it("decodes any bytes correctly, whatever was read before", () => {
		// Few bytes, so that texts of the same slot differ in one of them.
		const bytes = fc.array(fc.constantFrom(0x41, 0x42, 0xe4, 0xb8, 0xad, 0xff), { maxLength: 70 });
		fc.assert(
			fc.property(fc.array(bytes, { minLength: 1, maxLength: 200 }), (all) => {
				const texts = new RecurringTexts((part, start, end) => part.toString("utf8", start, end));
				for (const one of [...all, ...all]) {
					const within = Buffer.from([0x43, ...one, 0x43]);
					expect(texts.of(within, 1, 1 + one.length)).toBe(Buffer.from(one).toString());
				}
			}),
			// No bytes, after others have taken their slot.
			{ examples: [[[[], [0x41, 0x41, 0x41, 0x41, 0xad, 0x41, 0x41, 0xe4]]]] },
		);
	});

	it("decodes almost all names of kinds only once", () => {
		let reads = 0;
		const texts = new RecurringTexts((part, start, end) => {
			reads++;
			return part.toString("utf8", start, end);
		});
		for (let round = 0; round < 10; round++) {
			for (const name of typedMethods) texts.of(Buffer.from(name), 0, name.length);
		}
		expect(reads).toBeLessThan(typedMethods.length * 3);
	});
});

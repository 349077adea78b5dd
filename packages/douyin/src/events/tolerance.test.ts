import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WireError } from "../wire/index.ts";
import { lotteryMappers } from "./lottery.ts";
import { eventOf, typedMethods } from "./mappers.ts";
import { moneyCases } from "./money-cases.helpers.ts";
import { pkMappers } from "./pk.ts";
import { envelopeOf } from "./samples.helpers.ts";
import { toWire } from "./to-wire.ts";

const unsure = new Set([
	...Object.keys(pkMappers),
	...Object.keys(lotteryMappers),
	"WebcastLightGiftMessage",
	"WebcastImDeleteMessage",
]);

/** A message of one of the kinds with some of its bytes changed, or pure noise. */
const damaged = fc.oneof(
	fc.uint8Array({ maxLength: 200 }),
	fc
		.tuple(
			fc.constantFrom(...moneyCases.map(([, payload]) => payload)),
			fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
		)
		.map(([payload, changes]) => {
			const bytes = Buffer.from(payload);
			for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
			return bytes;
		}),
);

describe("arbitrary payloads", () => {
	it("become raw, never an error, for uncertain kinds", () => {
		fc.assert(
			fc.property(fc.constantFrom(...unsure), damaged, (method, payload) => {
				const event = eventOf(payload, envelopeOf(method));
				expect(event.method).toBe(method);
				if (event.type === "raw") expect(event.payload).toEqual(new Uint8Array(payload));
			}),
			{ numRuns: 2000 },
		);
	});

	it("become JSON-safe events or are rejected as unreadable", () => {
		fc.assert(
			fc.property(fc.constantFrom(...typedMethods), damaged, (method, payload) => {
				try {
					const event = toWire(eventOf(payload, envelopeOf(method)));
					expect(JSON.parse(JSON.stringify(event))).toEqual(event);
				} catch (error) {
					if (!(error instanceof WireError)) throw error;
				}
			}),
			{ numRuns: 2000 },
		);
	});
});

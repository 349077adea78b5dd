import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Pacer } from "./pacer.ts";

describe("the pacer", () => {
	it("keeps the rate for any ticks", () => {
		fc.assert(
			fc.property(
				fc.double({ min: 0, max: 200, noNaN: true }),
				fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 200 }),
				(rate, ticks) => {
					const pacer = new Pacer(rate);
					pacer.start(1000);
					let now = 1000;
					let given = 0;
					for (const tick of ticks) {
						now += tick;
						given += pacer.due(now);
					}
					expect(given).toBe(Math.floor(((now - 1000) * rate) / 1000));
				},
			),
		);
	});

	it("returns 0 before its start and after its stop", () => {
		const pacer = new Pacer(10);
		expect(pacer.due(5000)).toBe(0);
		pacer.start(5000);
		expect(pacer.due(5500)).toBe(5);
		pacer.stop();
		expect(pacer.due(9000)).toBe(0);
	});

	it("continues at a new rate from when it is set", () => {
		const pacer = new Pacer(10);
		pacer.start(0);
		expect(pacer.due(1000)).toBe(10);
		pacer.setRate(1, 1000);
		expect(pacer.due(3000)).toBe(2);
	});

	it("catches up at most five seconds after a pause", () => {
		const pacer = new Pacer(10);
		pacer.start(0);
		expect(pacer.due(3_600_000)).toBe(50);
		expect(pacer.due(3_600_100)).toBe(1);
	});
});

import { expect, test } from "vitest";
import { Releasers } from "./releasers.ts";

test("releases in reverse order, one after the other", async () => {
	const order: string[] = [];
	const releasers = new Releasers();
	releasers.add(() => void order.push("first"));
	releasers.add(async () => {
		await Promise.resolve();
		order.push("second");
	});
	releasers.add(() => void order.push("third"));
	await releasers.run();
	expect(order).toEqual(["third", "second", "first"]);
});

test("reports a failure and releases the others", async () => {
	const order: string[] = [];
	const releasers = new Releasers();
	releasers.add(() => void order.push("first"));
	releasers.add(() => {
		throw new Error("stuck");
	});
	await expect(releasers.run()).rejects.toThrow(AggregateError);
	expect(order).toEqual(["first"]);
});

test("releases once when run twice", async () => {
	let count = 0;
	const releasers = new Releasers();
	releasers.add(() => void count++);
	await Promise.all([releasers.run(), releasers.run()]);
	expect(count).toBe(1);
});

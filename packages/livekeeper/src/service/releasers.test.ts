import { expect, test } from "vitest";
import { Releasers } from "./releasers.ts";

test("what was started last is released first, each after the one before it", async () => {
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

test("a failure is told but doesn't keep the rest from being released", async () => {
	const order: string[] = [];
	const releasers = new Releasers();
	releasers.add(() => void order.push("first"));
	releasers.add(() => {
		throw new Error("stuck");
	});
	await expect(releasers.run()).rejects.toThrow(AggregateError);
	expect(order).toEqual(["first"]);
});

test("running twice releases once", async () => {
	let count = 0;
	const releasers = new Releasers();
	releasers.add(() => void count++);
	await Promise.all([releasers.run(), releasers.run()]);
	expect(count).toBe(1);
});

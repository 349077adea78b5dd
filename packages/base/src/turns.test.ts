import { expect, test } from "vitest";
import { Turns } from "./turns.ts";

/** Returns work that ends on demand. */
function work(done: string[], name: string) {
	let end: (error?: Error) => void = () => undefined;
	const ended = new Promise<void>((resolve, reject) => {
		end = (error) => (error ? reject(error) : resolve());
	});
	const run = async () => {
		done.push(`${name} begins`);
		await ended;
		done.push(`${name} ends`);
		return name;
	};
	return { run, end };
}

test("runs work of one name in order, others in parallel", async () => {
	const turns = new Turns();
	const done: string[] = [];
	const [first, second, other] = ["first", "second", "other"].map((name) => work(done, name));
	const failed = turns.take(first?.run ?? expect.fail(), "a");
	const next = turns.take(second?.run ?? expect.fail(), "a");
	const apart = turns.take(other?.run ?? expect.fail(), "b");
	expect(turns.names()).toEqual(["a", "b"]);
	other?.end();
	expect(await apart).toBe("other");
	expect(done).toEqual(["first begins", "other begins", "other ends"]);
	first?.end(new Error("disk full"));
	await expect(failed).rejects.toThrow("disk full");
	second?.end();
	expect(await next).toBe("second");
	await turns.settled();
	expect(turns.names()).toEqual([]);
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { KeyValueTable } from "./key-value-table.ts";
import { Conflict, type KeyValues } from "./key-values.ts";
import type { TableCall } from "./sqlite-key-values.ts";

/** Adapts a table of this thread to the interface of one in another thread. */
export function callOf(table: KeyValueTable): TableCall {
	return async (method, ...args) => Reflect.apply(table[method], table, args);
}

const text = (value: string) => Buffer.from(value);

/** Conformance suite for every store of keys and values. @param open returns an empty one */
export function describeKeyValues(name: string, open: () => Promise<KeyValues>): void {
	const keysOf = async (kv: KeyValues, filter: string) => (await kv.list(filter)).map(({ key }) => key);

	describe(name, () => {
		test("refuses an outdated revision of a changed key", async () => {
			const kv = await open();
			const first = await kv.create("a.b", text("1"));
			await expect(kv.create("a.b", text("2"))).rejects.toThrow(Conflict);
			const second = await kv.update("a.b", text("2"), first);
			await expect(kv.update("a.b", text("3"), first)).rejects.toThrow(Conflict);
			expect(await kv.clear("a.*")).toBe(1);
			await expect(kv.update("a.b", text("3"), second)).rejects.toThrow(Conflict);
			const third = await kv.create("a.b", text("4"));
			expect(await kv.remove("a.b")).toBe(true);
			await expect(kv.update("a.b", text("5"), third)).rejects.toThrow(Conflict);
			expect(await kv.get("a.b")).toBeUndefined();
		});

		test("keeps the last-written entries when clearing only the rest", async () => {
			const kv = await open();
			for (const key of ["a.x.1", "a.y.2", "b.x.1", "a.x.3", "a.y.4"]) await kv.put(key, text(key));
			await kv.put("a.x.1", text("again"));
			expect((await kv.keys("a.>")).toSorted()).toEqual(["a.x.1", "a.x.3", "a.y.2", "a.y.4"]);
			const first = await kv.first("a.>");
			expect([first?.key, Buffer.from(first?.value ?? []).toString()]).toEqual(["a.y.2", "a.y.2"]);
			expect(await kv.first("c.*.*")).toBeUndefined();
			expect(await kv.clear("a.>", 3)).toBe(1);
			expect(await kv.clear("a.>", 3)).toBe(0);
			expect(await keysOf(kv, "a.>")).toEqual(["a.x.3", "a.y.4", "a.x.1"]);
			expect(await kv.clear("a.x.*")).toBe(2);
			expect(await keysOf(kv, ">")).toEqual(["b.x.1", "a.y.4"]);
			expect(await kv.keys("c.>")).toEqual([]);
		});

		test("keeps all concurrent changes", async () => {
			const kv = await open();
			const add = () => kv.change("n", (entry) => text(`${Number(Buffer.from(entry?.value ?? [])) + 1}`));
			await Promise.all(Array.from({ length: 50 }, add));
			expect(Buffer.from((await kv.get("n"))?.value ?? []).toString()).toBe("50");
			await kv.change("n", () => undefined);
			expect(Buffer.from((await kv.get("n"))?.value ?? []).toString()).toBe("50");
		});

		test("agrees with a list in memory after any operations", async () => {
			const name = fc.constantFrom("a", "b", "c-1", "=2e");
			const key = fc.tuple(name, name, fc.constantFrom("x", "y")).map((names) => names.join("."));
			const filter = fc.oneof(
				key,
				name.map((one) => `${one}.>`),
				name.map((one) => `${one}.*.x`),
				name.map((one) => `a.${one}.*`),
				fc.constant(">"),
			);
			const step = fc.oneof(
				fc.record({ put: key, value: fc.uint8Array({ minLength: 1, maxLength: 4 }) }),
				fc.record({ remove: key }),
				fc.record({ clear: filter, keep: fc.nat(2) }),
				fc.record({ list: filter }),
			);
			await fc.assert(
				fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
					const kv = await open();
					await kv.clear(">");
					let model: { key: string; value: Uint8Array }[] = [];
					const matching = (filter: string) => {
						const parts = filter.split(".");
						return model.filter(({ key }) => {
							const names = key.split(".");
							if (parts.at(-1) !== ">" && parts.length !== names.length) return false;
							return parts.every((part, i) => part === ">" || part === "*" || part === names[i]);
						});
					};
					for (const one of steps) {
						if ("put" in one) {
							model = [...model.filter(({ key }) => key !== one.put), { key: one.put, value: one.value }];
							await kv.put(one.put, one.value);
						} else if ("remove" in one) {
							expect(await kv.remove(one.remove)).toBe(model.some(({ key }) => key === one.remove));
							await kv.clear(one.remove);
							model = model.filter(({ key }) => key !== one.remove);
						} else if ("clear" in one) {
							const all = matching(one.clear);
							const gone = new Set(all.slice(0, Math.max(0, all.length - one.keep)));
							expect(await kv.clear(one.clear, one.keep)).toBe(gone.size);
							model = model.filter((entry) => !gone.has(entry));
						} else {
							const listed = (await kv.list(one.list)).map(({ key, value }) => ({ key, value: [...value] }));
							expect(listed).toEqual(matching(one.list).map(({ key, value }) => ({ key, value: [...value] })));
							expect((await kv.first(one.list))?.key).toBe(matching(one.list)[0]?.key);
						}
					}
				}),
				{ numRuns: 20 },
			);
		});
	});
}

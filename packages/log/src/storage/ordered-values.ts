import type { Entry } from "./key-values.ts";

/** Additional field of a value: its position in the order of keys' first writes. */
interface Ordered {
	/** Revision of the key's first write; absent in that revision itself. */
	first?: number;
}

export interface Placed<T> {
	value: T;
	/** Greater than that of each key that existed before. */
	place: number;
}

/** Encodes a value for a key; the key keeps its position. */
export function encode(value: object, before?: Entry): Uint8Array {
	return Buffer.from(JSON.stringify(before ? { ...value, first: placed(before).place } : value));
}

/** Decodes a value, which this program has written itself. */
export function placed<T>({ value, revision }: Entry): Placed<T> {
	const { first = revision, ...rest } = JSON.parse(textOf(value)) as Ordered & T;
	return { value: rest as T, place: first };
}

/** Returns values in the order of their keys' first writes, however often they were written since. */
export function inOrder<T>(entries: readonly Entry[]): T[] {
	return entries
		.map((entry) => placed<T>(entry))
		.sort((a, b) => a.place - b.place)
		.map(({ value }) => value);
}

export function textOf(value: Uint8Array): string {
	return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("utf8");
}

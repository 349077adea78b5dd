import type { Entry } from "./key-values.ts";

/** What a value has beside what it says: its place in the order in which keys were first written. */
interface Ordered {
	/** The revision with which the key was first written; absent in that revision itself. */
	first?: number;
}

export interface Placed<T> {
	value: T;
	/** Greater than that of each key that was there before. */
	place: number;
}

/** What a key is to hold; it stays in its place. */
export function encode(value: object, before?: Entry): Uint8Array {
	return Buffer.from(JSON.stringify(before ? { ...value, first: placed(before).place } : value));
}

/** Its own text: it is what this program has written. */
export function placed<T>({ value, revision }: Entry): Placed<T> {
	const { first = revision, ...rest } = JSON.parse(textOf(value)) as Ordered & T;
	return { value: rest as T, place: first };
}

/** Values in the order in which their keys were first written, however often they were since. */
export function inOrder<T>(entries: readonly Entry[]): T[] {
	return entries
		.map((entry) => placed<T>(entry))
		.sort((a, b) => a.place - b.place)
		.map(({ value }) => value);
}

export function textOf(value: Uint8Array): string {
	return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("utf8");
}

import fc from "fast-check";
import { expect, inject, test } from "vitest";
import { type RawField, readFields } from "./fields.ts";
import { encodeChatMessage } from "./gen/index.ts";

/** A message written by hand: each field as on the wire. */
type Field = { field: number; number: bigint } | { field: number; text: string } | { field: number; message: Field[] };

function varint(value: bigint): Buffer {
	const bytes: number[] = [];
	for (let rest = value; ; rest >>= 7n) {
		if (rest < 0x80n) return Buffer.from([...bytes, Number(rest)]);
		bytes.push(Number(rest & 0x7fn) | 0x80);
	}
}

function encode(fields: readonly Field[]): Buffer {
	return Buffer.concat(
		fields.map((one) => {
			const tag = (type: number) => varint((BigInt(one.field) << 3n) | BigInt(type));
			if ("number" in one) return Buffer.concat([tag(0), varint(one.number)]);
			const body = "text" in one ? Buffer.from(one.text) : encode(one.message);
			return Buffer.concat([tag(2), varint(BigInt(body.length)), body]);
		}),
	);
}

function shown(one: Field): RawField {
	const { field } = one;
	if ("number" in one) return { field, kind: "number", value: String(one.number) };
	if ("text" in one) return { field, kind: "text", value: one.text };
	return { field, kind: "message", value: one.message.map(shown) };
}

const fieldNumber = fc.integer({ min: 1, max: 5000 });
const leaf: fc.Arbitrary<Field> = fc.oneof(
	fc.record({ field: fieldNumber, number: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }) }),
	fc.record({ field: fieldNumber, text: fc.stringMatching(/^[a-zA-Z你好🎁 ]{0,40}$/u) }),
);
const messageOf = (items: fc.Arbitrary<Field>) =>
	// A number of 0 has a control character among its bytes, so none of these messages reads as text.
	fc.array(items, { maxLength: 5 }).map((fields): Field[] => [...fields, { field: 1, number: 0n }]);
const nested: fc.Arbitrary<Field> = fc.oneof(leaf, fc.record({ field: fieldNumber, message: messageOf(leaf) }));

test("reads back large numbers, texts and nested messages", () => {
	fc.assert(
		fc.property(messageOf(nested), (fields) => {
			expect(readFields(encode(fields))).toEqual({ fields: fields.map(shown), unread: 0 });
		}),
	);
});

test("shows a message of ours by field numbers", () => {
	const { fields } = readFields(
		encodeChatMessage({ user: { nickname: "虚构安娜", id: "18446744073709551615" }, content: "你好" }),
	);
	expect(fields).toMatchObject([
		{
			field: 2,
			kind: "message",
			value: [
				{ field: 1, value: "18446744073709551615" },
				{ field: 3, value: "虚构安娜" },
			],
		},
		{ field: 3, kind: "text", value: "你好" },
	]);
});

test("does not mistake a message beginning with text for text", () => {
	const message: Field[] = [{ field: 1, text: "x".repeat(40) }];
	expect(readFields(encode([{ field: 9, message }])).fields).toEqual([shown({ field: 9, message })]);
});

const count = (fields: readonly RawField[]): number =>
	fields.reduce((sum, { value }) => sum + 1 + (Array.isArray(value) ? count(value) : 0), 0);
const depthOf = (fields: readonly RawField[]): number =>
	Math.max(0, ...fields.map(({ value }) => (Array.isArray(value) ? depthOf(value) : 0))) + 1;

test("reads any bytes within its bounds as JSON", () => {
	const limits = { depth: 4, fields: 50, shown: 16, bytes: 2_000 };
	const bytes = fc.oneof(
		fc.uint8Array({ maxLength: 3_000 }),
		messageOf(nested).map((fields) => new Uint8Array(encode(fields))),
		fc.tuple(messageOf(nested), fc.nat()).map(([fields, at]) => {
			const whole = encode(fields);
			return new Uint8Array(whole.subarray(0, at % (whole.length + 1)));
		}),
	);
	fc.assert(
		fc.property(bytes, (payload) => {
			const { fields, unread } = readFields(payload, limits);
			expect(count(fields)).toBeLessThanOrEqual(limits.fields);
			expect(depthOf(fields)).toBeLessThanOrEqual(limits.depth);
			expect(unread).toBeGreaterThanOrEqual(Math.max(0, payload.length - limits.bytes));
			expect(unread).toBeLessThanOrEqual(payload.length);
			expect(JSON.parse(JSON.stringify(fields))).toEqual(fields);
		}),
		{ numRuns: 400 * inject("rounds") },
	);
});

test("bounds the cost of deeply nested messages by the depth", () => {
	let bytes = Buffer.alloc(0);
	for (let depth = 0; depth < 20_000; depth++) {
		bytes = Buffer.concat([Buffer.from([0x0a]), varint(BigInt(bytes.length)), bytes]);
		if (bytes.length > 60_000) break;
	}
	const { fields, unread } = readFields(bytes);
	expect([depthOf(fields), unread]).toEqual([8, 0]);
});

test("abbreviates long texts and bytes between characters", () => {
	const { fields } = readFields(encode([{ field: 1, text: "长".repeat(100) }]), { shown: 10 });
	expect(fields).toEqual([{ field: 1, kind: "text", value: "长长长", more: 291 }]);
});

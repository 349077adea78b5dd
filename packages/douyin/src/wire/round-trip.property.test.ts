import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import {
	createFileRegistry,
	type DescExtension,
	type DescField,
	type DescMessage,
	fromBinary,
	hasOption,
	type Message,
	ScalarType,
	toBinary,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import * as fc from "fast-check";
import { describe, expect, inject, it } from "vitest";
import * as wire from "./index.ts";
import { Reader } from "./reader.ts";

/** Compares the generated code with an independent implementation of protobuf that uses the same schema. */

const packageDir = fileURLToPath(new URL("../..", import.meta.url));
const buf = fileURLToPath(new URL("../../../../node_modules/.bin/buf", import.meta.url));
const image = execFileSync(buf, ["build", "-o", "-#format=binpb"], { cwd: packageDir });
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, image));

const firstOnly = registry.getExtension("livekeeper.webcast.v1.first_only");
const writeOnly = registry.getExtension("livekeeper.webcast.v1.write_only");

type Plain = Record<string, unknown>;
type Decode = (bytes: Uint8Array) => Plain;
type Encode = (value: Plain) => Uint8Array;
const generated = wire as unknown as Record<string, Decode & Encode>;

const messages = [...registry].filter(
	(type): type is DescMessage => type.kind === "message" && type.file.proto.package === "livekeeper.webcast.v1",
);

/** Ids at the limits of numbers and words. */
const uint64 = fc.oneof(
	fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
	fc.constantFrom(
		0n,
		1n,
		127n,
		128n,
		2n ** 32n - 1n,
		2n ** 32n,
		2n ** 53n - 1n,
		2n ** 53n + 1n,
		2n ** 63n,
		2n ** 64n - 1n,
	),
);
const count = fc.oneof(fc.nat(), fc.maxSafeNat());
const text = fc.string({ unit: "grapheme", maxLength: 40 });

function scalarOf(field: DescField & { scalar: ScalarType }): fc.Arbitrary<unknown> {
	switch (field.scalar) {
		case ScalarType.BOOL:
			return fc.boolean();
		case ScalarType.INT32:
			return fc.integer();
		case ScalarType.BYTES:
			return fc.uint8Array({ maxLength: 40 });
		case ScalarType.UINT64:
			return isId(field) ? uint64.map(String) : count;
		default:
			return text;
	}
}

const isId = (field: DescField): boolean => "longAsString" in field && field.longAsString === true;

const arbitraries = new Map<DescMessage, fc.Arbitrary<Plain>>();

/** Generates any value that our encoder accepts for a message. */
function initOf(message: DescMessage): fc.Arbitrary<Plain> {
	const known = arbitraries.get(message);
	if (known) return known;
	const fields = message.fields.map((field): [string, fc.Arbitrary<unknown>] => [field.localName, fieldOf(field)]);
	const arbitrary = fc.record(Object.fromEntries(fields), { requiredKeys: [] });
	arbitraries.set(message, arbitrary);
	return arbitrary;
}

function fieldOf(field: DescField): fc.Arbitrary<unknown> {
	if (field.fieldKind === "map") {
		// The other implementation keeps them in an object, which can't hold this one.
		const key = text.filter((name) => name !== "__proto__");
		return fc.array(fc.tuple(key, text), { maxLength: 3 }).map((entries) => new Map(entries));
	}
	if (field.fieldKind === "list") {
		const item = field.message ? initOf(field.message) : scalarOf(field as DescField & { scalar: ScalarType });
		return fc.array(item, { maxLength: 3 });
	}
	return field.message ? initOf(field.message) : scalarOf(field as DescField & { scalar: ScalarType });
}

const isMarked = (field: DescField, mark: DescExtension | undefined) => mark !== undefined && hasOption(field, mark);

/**
 * Converts the other implementation's result to our shape: only fields that we read, and a single field's value alone.
 */
function inOurShape(desc: DescMessage, theirs: Plain | undefined): unknown {
	const sole = soleOf(desc);
	if (sole) return valueInOurShape(sole, theirs?.[sole.localName]);
	if (!theirs) return undefined;
	const read = readOf(desc);
	return Object.fromEntries(read.map((field) => [nameOf(field), valueInOurShape(field, theirs[field.localName])]));
}

const readOf = (desc: DescMessage) => desc.fields.filter((field) => !isMarked(field, writeOnly));

function soleOf(desc: DescMessage): DescField | undefined {
	const [field, ...others] = readOf(desc);
	if (!field || others.length > 0 || field.fieldKind === "map") return undefined;
	return field.fieldKind !== "list" || isMarked(field, firstOnly) ? field : undefined;
}

function nameOf(field: DescField): string {
	const name = field.localName;
	if (isMarked(field, firstOnly)) return name.replace(/List$/, "");
	const sole = field.message && field.fieldKind === "message" ? soleOf(field.message) : undefined;
	return sole ? `${name}${nameOf(sole).replace(/^./, (letter) => letter.toUpperCase())}` : name;
}

function valueInOurShape(field: DescField, theirs: unknown): unknown {
	if (field.fieldKind === "map") return new Map(Object.entries(theirs ?? {}));
	if (field.fieldKind !== "list") return itemInOurShape(field, theirs);
	const items = ((theirs ?? []) as unknown[]).map((item) => itemInOurShape(field, item));
	return isMarked(field, firstOnly) ? items[0] : items;
}

function itemInOurShape(field: DescField, theirs: unknown): unknown {
	if (field.message) return inOurShape(field.message, theirs as Plain | undefined);
	if (theirs === undefined) return defaultOf(field);
	if (typeof theirs === "bigint") return Math.min(Number(theirs), Number.MAX_SAFE_INTEGER);
	return theirs instanceof Uint8Array ? Buffer.from(theirs) : theirs;
}

/** Returns the decoder's value of a field that is absent. */
function defaultOf(field: DescField): unknown {
	if (isId(field)) return "0";
	return field.scalar === ScalarType.STRING ? "" : field.scalar === ScalarType.BOOL ? false : 0;
}

/** Normalizes bytes, because views and copies of the same bytes are equal to us. */
function normal(value: unknown): unknown {
	if (value instanceof Reader) return Buffer.from(value.whole());
	if (value instanceof Uint8Array) return Buffer.from(value);
	if (Array.isArray(value)) return value.map(normal);
	if (value instanceof Map || typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normal(item)]));
}

const readable = messages.filter((message) => generated[`decode${message.name}`]);

describe("the generated code agrees with another implementation of protobuf", () => {
	it("covers every message of the schema", () => {
		expect(messages.length).toBeGreaterThan(40);
		for (const message of messages) expect(generated[`encode${message.name}`], message.name).toBeTypeOf("function");
		expect(readable.map((message) => message.name)).toEqual(
			expect.arrayContaining(["PushFrame", "GiftMessage", "User"]),
		);
	});

	it.each(readable.map((message) => [message.name, message] as const))("%s", (name, message) => {
		const decode = generated[`decode${name}`] as Decode;
		const encode = generated[`encode${name}`] as Encode;
		const agree = (bytes: Uint8Array) => {
			const theirs: Message = fromBinary(message, bytes);
			const ours = decode(bytes);
			expect(normal(ours)).toEqual(inOurShape(message, theirs as unknown as Plain));
			return theirs;
		};
		fc.assert(
			fc.property(initOf(message), initOf(message), (first, second) => {
				const a = encode(first);
				const theirs = agree(a);
				// Nothing was lost: decoding their encoding of their result gives our result.
				expect(normal(decode(toBinary(message, theirs)))).toEqual(normal(decode(a)));
				// Two messages in a row are one, merged.
				agree(Buffer.concat([a, encode(second)]));
			}),
			{ numRuns: 8 * inject("rounds") },
		);
	});
});

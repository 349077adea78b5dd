import * as fc from "fast-check";

/** A field of a message on the wire. */
interface Field {
	tag: number;
	/** For wire type 0. */
	value?: bigint;
	/** For wire type 2. */
	bytes?: Buffer;
}

/** Changes to a message: replacement numbers, replacement texts, and how often each field is repeated. */
export interface Noise {
	numbers: readonly bigint[];
	texts: readonly string[];
	/** Number of occurrences of a field that holds other fields, instead of one. */
	times: readonly number[];
}

export const noise: fc.Arbitrary<Noise> = fc.record({
	numbers: fc.array(
		fc.oneof(
			fc.constantFrom(
				0n,
				1n,
				127n,
				1_000_001n,
				2n ** 31n - 1n,
				2n ** 31n,
				2n ** 32n,
				2n ** 53n,
				2n ** 63n,
				2n ** 64n - 1n,
			),
			fc.bigInt(0n, 2n ** 64n - 1n),
		),
		{ minLength: 1, maxLength: 7 },
	),
	texts: fc.array(
		fc.oneof(
			fc.string({ unit: "binary", maxLength: 20 }),
			fc.constantFrom("9".repeat(15), "1e308", "-7", "0.5", "长".repeat(110_000)),
			fc
				.tuple(fc.constantFrom("长", "🙂", "a🙂", "x"), fc.constantFrom(511, 512, 2049, 5001))
				.map(([of, n]) => of.repeat(n)),
		),
		{ minLength: 1, maxLength: 5 },
	),
	times: fc.array(fc.constantFrom(1, 1, 1, 2, 33, 101), { minLength: 1, maxLength: 5 }),
});

/** Returns the same message with other values: every number and text is one of `noise`, and every list is longer. */
export function withNoise(payload: Uint8Array, { numbers, texts, times }: Noise): Buffer {
	const turns = { numbers: 0, texts: 0, times: 0 };
	const next = <T>(of: readonly T[], turn: keyof typeof turns): T => of[turns[turn]++ % of.length] as T;
	const rewrite = (bytes: Uint8Array, depth: number): Buffer | undefined => {
		const fields = parse(bytes);
		if (!fields) return undefined;
		return Buffer.concat(
			fields.flatMap(({ tag, value, bytes: inner }) => {
				if (value !== undefined) return [varint(BigInt(tag)), varint(next(numbers, "numbers"))];
				const message = inner && inner.length > 0 ? rewrite(inner, depth + 1) : undefined;
				const content = message ?? Buffer.from(next(texts, "texts"));
				const said = [varint(BigInt(tag)), varint(BigInt(content.length)), content];
				// Only lists at the top level, or a message would grow beyond every bound of a frame.
				return message && depth === 0 ? Array.from({ length: next(times, "times") }, () => said).flat() : said;
			}),
		);
	};
	return rewrite(payload, 0) ?? Buffer.from(payload);
}

/** Parses a message of numbers, texts and messages; `undefined` for anything else. */
function parse(bytes: Uint8Array): Field[] | undefined {
	const fields: Field[] = [];
	let pos = 0;
	const read = (): bigint | undefined => {
		let value = 0n;
		for (let shift = 0n; pos < bytes.length && shift < 70n; shift += 7n) {
			const byte = bytes[pos++] as number;
			value |= BigInt(byte & 0x7f) << shift;
			if (byte < 0x80) return value;
		}
		return undefined;
	};
	while (pos < bytes.length) {
		const tag = Number(read() ?? 0n);
		if (tag < 8 || tag > 20_000) return undefined;
		const value = read();
		if (value === undefined) return undefined;
		if ((tag & 7) === 0) fields.push({ tag, value });
		else if ((tag & 7) === 2 && value <= bytes.length - pos) {
			fields.push({ tag, bytes: Buffer.from(bytes.subarray(pos, pos + Number(value))) });
			pos += Number(value);
		} else return undefined;
	}
	return fields;
}

function varint(value: bigint): Buffer {
	const bytes: number[] = [];
	let left = value;
	for (; left > 0x7fn; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80);
	return Buffer.from([...bytes, Number(left)]);
}

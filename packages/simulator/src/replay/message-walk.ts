/** One field of a protobuf message: where it lies. */
interface Field {
	number: number;
	wireType: number;
	/** Where its tag begins. */
	start: number;
	/** Where its value begins, behind the length where there is one. */
	valueStart: number;
	end: number;
}

/**
 * The fields of a protobuf message, as they lie. What is recorded goes on byte for byte, also what no schema knows.
 *
 * @throws Error when the bytes are no protobuf
 */
export function* fieldsOf(bytes: Uint8Array): Generator<Field> {
	let at = 0;
	const varint = (): number => {
		let value = 0;
		for (let factor = 1; factor < 2 ** 70; factor *= 128) {
			const byte = bytes[at++];
			if (byte === undefined) throw new Error("a number is cut off");
			value += (byte & 127) * factor;
			if (byte < 128) return value;
		}
		throw new Error("a number is too long");
	};
	while (at < bytes.length) {
		const start = at;
		const tag = varint();
		const wireType = tag % 8;
		let valueStart = at;
		if (wireType === 0) varint();
		else if (wireType === 1) at += 8;
		else if (wireType === 5) at += 4;
		else if (wireType === 2) {
			const length = varint();
			valueStart = at;
			at += length;
		} else throw new Error(`wire type ${wireType}`);
		if (at > bytes.length) throw new Error("a field reaches past the end");
		yield { number: Math.floor(tag / 8), wireType, start, valueStart, end: at };
	}
}

/** The fields of `bytes` as they lie, except those with this number; `field` in their place. */
export function replaced(bytes: Uint8Array, number: number, field: Uint8Array): Uint8Array {
	const kept = [...fieldsOf(bytes)].filter((one) => one.number !== number);
	return Buffer.concat([...kept.map((one) => bytes.subarray(one.start, one.end)), field]);
}

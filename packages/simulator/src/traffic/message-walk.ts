/** Position of one field of a protobuf message. */
interface Field {
	number: number;
	wireType: number;
	/** Start of its tag. */
	start: number;
	/** Start of its value, after the length if there is one. */
	valueStart: number;
	end: number;
}

/**
 * Yields the fields of a protobuf message with their positions. Recorded messages are passed on byte for byte,
 * including unknown fields.
 *
 * @throws Error if the bytes are not protobuf
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

/** Returns `bytes` with `field` in place of the fields with this number. */
export function replaced(bytes: Uint8Array, number: number, field: Uint8Array): Uint8Array {
	const kept = [...fieldsOf(bytes)].filter((one) => one.number !== number);
	return Buffer.concat([...kept.map((one) => bytes.subarray(one.start, one.end)), field]);
}

/** Returns a length-delimited field. */
export function delimited(number: number, value: Uint8Array): Uint8Array {
	return Buffer.concat([varint(number * 8 + 2), varint(value.length), value]);
}

/** Returns a `Message` as a field of a `Response`. */
export const asMessagesField = (message: Uint8Array): Uint8Array => delimited(1, message);

/** @param value a whole number from 0 to `Number.MAX_SAFE_INTEGER` */
export function varint(value: number): Uint8Array {
	const bytes: number[] = [];
	let left = value;
	for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) | 128);
	return Uint8Array.from([...bytes, left]);
}

import { WireError } from "./wire-error.ts";

const UINT64_END = 1n << 64n;

/**
 * Writes protobuf. Fields with their default are left out, as in proto3. A value that its field can't hold is a {@link
 * WireError}.
 */
export class Writer {
	#buf = Buffer.allocUnsafeSlow(512);
	#pos = 0;

	/** Returns the written bytes. The writer must not be used afterwards. */
	finish(): Uint8Array {
		return this.#buf.subarray(0, this.#pos);
	}

	/** Begins a length-delimited field; pass the result to {@link close}. */
	open(tag: number): number {
		this.#varint(tag);
		this.#reserve(1);
		return this.#pos++;
	}

	close(at: number): void {
		const start = at + 1;
		const length = this.#pos - start;
		let extra = 0;
		for (let rest = length >>> 7; rest > 0; rest >>>= 7) extra++;
		if (extra > 0) {
			this.#reserve(extra);
			this.#buf.copyWithin(start + extra, start, this.#pos);
		}
		this.#pos = at;
		this.#varint(length);
		this.#pos += length;
	}

	bool(tag: number, value: boolean | undefined): void {
		if (!value) return;
		this.#varint(tag);
		this.#varint(1);
	}

	int32(tag: number, value: number | undefined): void {
		if (value === undefined || value === 0) return;
		this.#varint(tag);
		this.int32Item(value);
	}

	/** Writes an int32 without a tag, in a packed list. */
	int32Item(value: number): void {
		if ((value | 0) !== value) throw new WireError(`${value} is not an int32`);
		if (value >= 0) this.#varint(value);
		else this.#long(BigInt.asUintN(64, BigInt(value)));
	}

	uint64Number(tag: number, value: number | undefined): void {
		if (value === undefined || value === 0) return;
		this.#varint(tag);
		this.uint64NumberItem(value);
	}

	uint64NumberItem(value: number): void {
		if (!Number.isSafeInteger(value) || value < 0) throw new WireError(`${value} is not a safe, unsigned integer`);
		this.#varint(value);
	}

	uint64String(tag: number, value: string | undefined): void {
		if (value === undefined || value === "" || value === "0") return;
		this.#varint(tag);
		this.uint64StringItem(value);
	}

	uint64StringItem(value: string): void {
		if (!/^\d+$/.test(value)) throw new WireError(`"${value}" is not a decimal integer`);
		if (value.length <= 15) {
			this.#varint(Number(value));
			return;
		}
		const big = BigInt(value);
		if (big >= UINT64_END) throw new WireError(`${value} does not fit into 64 bits`);
		this.#long(big);
	}

	string(tag: number, value: string | undefined): void {
		if (value) this.stringItem(tag, value);
	}

	/** Writes a string even when it is empty: an item of a list. */
	stringItem(tag: number, value: string): void {
		const length = Buffer.byteLength(value);
		this.#varint(tag);
		this.#varint(length);
		this.#reserve(length);
		this.#pos += this.#buf.write(value, this.#pos, "utf8");
	}

	bytes(tag: number, value: Uint8Array | undefined): void {
		if (value && value.length > 0) this.bytesItem(tag, value);
	}

	bytesItem(tag: number, value: Uint8Array): void {
		this.#varint(tag);
		this.#varint(value.length);
		this.#reserve(value.length);
		this.#buf.set(value, this.#pos);
		this.#pos += value.length;
	}

	entries(tag: number, value: ReadonlyMap<string, string> | undefined): void {
		if (!value) return;
		for (const [key, item] of value) {
			const at = this.open(tag);
			this.string(10, key);
			this.string(18, item);
			this.close(at);
		}
	}

	#varint(value: number): void {
		this.#reserve(10);
		let rest = value;
		while (rest > 0x7fffffff) {
			this.#buf[this.#pos++] = (rest % 128) | 0x80;
			rest = Math.floor(rest / 128);
		}
		while (rest > 0x7f) {
			this.#buf[this.#pos++] = (rest & 0x7f) | 0x80;
			rest >>>= 7;
		}
		this.#buf[this.#pos++] = rest;
	}

	#long(value: bigint): void {
		this.#reserve(10);
		let rest = value;
		for (; rest > 0x7fn; rest >>= 7n) this.#buf[this.#pos++] = Number(rest & 0x7fn) | 0x80;
		this.#buf[this.#pos++] = Number(rest);
	}

	#reserve(length: number): void {
		const needed = this.#pos + length;
		if (needed <= this.#buf.length) return;
		const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#buf.length * 2));
		this.#buf.copy(grown, 0, 0, this.#pos);
		this.#buf = grown;
	}
}

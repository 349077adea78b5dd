import { createHash } from "node:crypto";

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Maximum size of a message. Clients send only acks and heartbeats. */
const maxMessageBytes = 1024 * 1024;

/** Returns the answer to a client's `Sec-WebSocket-Key` (RFC 6455, 4.2.2). */
export function acceptKey(key: string): string {
	return createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
}

/** Returns a complete server frame. The same bytes may be written to many sockets. */
export function serverFrame(opcode: number, payload: Uint8Array): Buffer {
	const { length } = payload;
	const headLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
	const frame = Buffer.allocUnsafe(headLength + length);
	frame[0] = 0x80 | opcode;
	if (headLength === 2) frame[1] = length;
	else if (headLength === 4) {
		frame[1] = 126;
		frame.writeUInt16BE(length, 2);
	} else {
		frame[1] = 127;
		frame.writeBigUInt64BE(BigInt(length), 2);
	}
	frame.set(payload, headLength);
	return frame;
}

/** Splits a client's bytes into messages. Joins fragments; control frames may come between them. */
export class ClientFrames {
	readonly #onMessage: (opcode: number, payload: Buffer) => void;
	#buffer: Buffer = Buffer.alloc(0);
	#fragments: Buffer[] = [];
	#fragmentsOpcode: number = opcodes.binary;

	constructor(onMessage: (opcode: number, payload: Buffer) => void) {
		this.#onMessage = onMessage;
	}

	/** @throws Error if the client violates the WebSocket protocol */
	push(chunk: Buffer): void {
		this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
		while (this.#takeFrame());
	}

	#takeFrame(): boolean {
		const buffer = this.#buffer;
		if (buffer.length < 2) return false;
		const first = buffer.readUInt8(0);
		const second = buffer.readUInt8(1);
		if ((first & 0x70) !== 0) throw new Error("reserved bits are set");
		if ((second & 0x80) === 0) throw new Error("a client's frame must be masked");
		const short = second & 0x7f;
		const headLength = short === 126 ? 4 : short === 127 ? 10 : 2;
		if (buffer.length < headLength + 4) return false;
		const length = short === 126 ? buffer.readUInt16BE(2) : short === 127 ? Number(buffer.readBigUInt64BE(2)) : short;
		if (length > maxMessageBytes) throw new Error(`a message of ${length} bytes`);
		const start = headLength + 4;
		if (buffer.length < start + length) return false;
		const payload = Buffer.allocUnsafe(length);
		for (let i = 0; i < length; i++) {
			payload[i] = (buffer[start + i] as number) ^ (buffer[headLength + (i & 3)] as number);
		}
		this.#buffer = buffer.subarray(start + length);
		this.#takePayload(first, payload);
		return true;
	}

	#takePayload(first: number, payload: Buffer): void {
		const opcode = first & 0x0f;
		const final = (first & 0x80) !== 0;
		if (opcode >= opcodes.close) {
			if (!final || payload.length > 125) throw new Error("a control frame that is long or in parts");
			this.#onMessage(opcode, payload);
			return;
		}
		if (opcode !== opcodes.continuation) {
			if (this.#fragments.length > 0) throw new Error("a new message inside another");
			this.#fragmentsOpcode = opcode;
		}
		this.#fragments.push(payload);
		const total = this.#fragments.reduce((sum, part) => sum + part.length, 0);
		if (total > maxMessageBytes) throw new Error(`a message of ${total} bytes`);
		if (!final) return;
		const whole = this.#fragments.length === 1 ? payload : Buffer.concat(this.#fragments);
		this.#fragments = [];
		this.#onMessage(this.#fragmentsOpcode, whole);
	}
}

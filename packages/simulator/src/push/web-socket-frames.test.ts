import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acceptKey, ClientFrames, opcodes, serverFrame } from "./web-socket-frames.ts";

/** A frame as a client sends it. */
function masked(opcode: number, payload: Uint8Array, final = true): Buffer {
	const mask = Buffer.from([0x12, 0x00, 0xff, 0x5a]);
	const frame = serverFrame(opcode, payload);
	const headLength = frame.length - payload.length;
	const head = Buffer.from(frame.subarray(0, headLength));
	head.writeUInt8(final ? 0x80 | opcode : opcode, 0);
	head.writeUInt8(head.readUInt8(1) | 0x80, 1);
	return Buffer.concat([head, mask, payload.map((byte, i) => byte ^ (mask[i & 3] ?? 0))]);
}

function read(chunks: readonly Buffer[]): [number, string][] {
	const messages: [number, string][] = [];
	const frames = new ClientFrames((opcode, payload) => messages.push([opcode, payload.toString("hex")]));
	for (const chunk of chunks) frames.push(chunk);
	return messages;
}

describe("a client's frames", () => {
	it("are read in chunks of any size", () => {
		const payload = fc.uint8Array({ maxLength: 300 });
		fc.assert(
			fc.property(fc.array(payload, { maxLength: 8 }), fc.array(fc.nat(400)), (payloads, cuts) => {
				const bytes = Buffer.concat(payloads.map((one) => masked(opcodes.binary, one)));
				const chunks: Buffer[] = [];
				let at = 0;
				for (const cut of cuts) {
					chunks.push(bytes.subarray(at, at + cut));
					at += cut;
				}
				chunks.push(bytes.subarray(at));
				expect(read(chunks)).toEqual(payloads.map((one) => [opcodes.binary, Buffer.from(one).toString("hex")]));
			}),
		);
	});

	it("may be long", () => {
		const payload = new Uint8Array(70_000).fill(7);
		expect(read([masked(opcodes.binary, payload)])).toEqual([[opcodes.binary, Buffer.from(payload).toString("hex")]]);
	});

	it("may come in parts, with a ping between them", () => {
		const parts = [
			masked(opcodes.binary, Uint8Array.of(1), false),
			masked(opcodes.ping, Uint8Array.of(9)),
			masked(opcodes.continuation, Uint8Array.of(2), false),
			masked(opcodes.continuation, Uint8Array.of(3)),
			masked(opcodes.binary, Uint8Array.of(4)),
		];
		expect(read(parts)).toEqual([
			[opcodes.ping, "09"],
			[opcodes.binary, "010203"],
			[opcodes.binary, "04"],
		]);
	});

	it.each([
		["not masked", serverFrame(opcodes.binary, Uint8Array.of(1)), /masked/],
		["from an unknown extension", Buffer.from([0xc2, 0x80, 0, 0, 0, 0]), /reserved/],
		["endless", Buffer.from([0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]), /bytes/],
		["fragmented control frames", masked(opcodes.ping, Uint8Array.of(1), false), /control/],
	])("are rejected if they are %s", (_case, bytes, expected) => {
		expect(() => read([bytes])).toThrow(expected);
	});
});

it("the key of RFC 6455's example gets the RFC's answer", () => {
	expect(acceptKey("dGhlIHNhbXBsZSBub25jZQ==")).toBe("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
});

/** Text frames of a WebSocket server, one for each message, in one buffer: the same for all clients (RFC 6455, 5.2). */
export function textFrames(messages: readonly string[]): Buffer {
	const lengths = messages.map((message) => Buffer.byteLength(message));
	const frames = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + headBytes(length) + length, 0));
	let at = 0;
	for (const [n, message] of messages.entries()) {
		at = writeHead(frames, at, lengths[n] ?? 0);
		at += frames.write(message, at);
	}
	return frames;
}

function headBytes(length: number): number {
	if (length < 126) return 2;
	return length < 65_536 ? 4 : 10;
}

function writeHead(frames: Buffer, at: number, length: number): number {
	frames[at] = 0x81;
	if (length < 126) {
		frames[at + 1] = length;
	} else if (length < 65_536) {
		frames[at + 1] = 126;
		frames.writeUInt16BE(length, at + 2);
	} else {
		frames[at + 1] = 127;
		frames.writeBigUInt64BE(BigInt(length), at + 2);
	}
	return at + headBytes(length);
}

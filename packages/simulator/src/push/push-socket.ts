/** Connection of a client to the push server: a socket, or one within this process. */
export interface PushSocket {
	/** Whether it can still be written to. */
	readonly writable: boolean;
	readonly writableEnded: boolean;
	/** Number of written bytes that the client has not read. */
	readonly writableLength: number;
	readonly remoteAddress?: string | undefined;
	on(event: "data", listener: (chunk: Buffer) => void): unknown;
	on(event: "end" | "error" | "close", listener: () => void): unknown;
	once(event: "end" | "close", listener: () => void): unknown;
	off(event: "end" | "close", listener: () => void): unknown;
	setNoDelay(noDelay: boolean): unknown;
	/** Puts bytes back that were read too early. */
	unshift(bytes: Buffer): unknown;
	/** Reads on, and drops what is read if nothing listens. */
	resume(): unknown;
	write(bytes: string | Uint8Array): unknown;
	/** Ends it once everything is written. */
	end(): unknown;
	end(last: string): unknown;
	destroySoon(): void;
	destroy(): unknown;
	/** Ends it as a TCP RST does. */
	resetAndDestroy(): unknown;
}

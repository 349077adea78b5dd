import type { Socket } from "node:net";

/**
 * The part of a socket's handle that Node's own timeouts use: how much of the pending writes the system has not taken
 * yet.
 */
interface Handle {
	readonly bytesWritten: number;
	readonly writeQueueSize: number;
}

/**
 * Returns the bytes that the other side has taken so far, including those of a pending write. Node itself counts a
 * write only once all of it was taken, and merges all queued data into one write, which can take minutes over a slow
 * link.
 */
export function takenBytes(socket: Socket | null | undefined): number {
	const handle = (socket as { _handle?: Handle | null } | null | undefined)?._handle;
	return handle ? handle.bytesWritten - handle.writeQueueSize : (socket?.bytesWritten ?? 0);
}

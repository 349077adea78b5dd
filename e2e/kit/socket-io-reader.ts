import { io, type Socket } from "socket.io-client";

export interface WireMessage {
	seq: number;
	id: string;
	type: string;
	live_id: string;
	method: string;
	[field: string]: unknown;
}

/** A browser's view of a room: joins it over Socket.IO and keeps every `message` it receives. */
export class SocketIoReader {
	readonly messages: WireMessage[] = [];
	readonly statuses: Record<string, unknown>[] = [];
	readonly socket: Socket;

	private constructor(url: string, auth: Record<string, unknown>) {
		this.socket = io(url, { transports: ["websocket"], forceNew: true, auth });
		this.socket.on("message", (message: WireMessage) => this.messages.push(message));
		this.socket.on("status", (status: Record<string, unknown>) => this.statuses.push(status));
	}

	/** Connects and joins the rooms; rejects with the server's message on a refusal. */
	static async open(
		url: string,
		liveIds: readonly string[] = [],
		auth: Record<string, unknown> = {},
	): Promise<SocketIoReader> {
		const reader = new SocketIoReader(url, auth);
		await new Promise<void>((resolve, reject) => {
			reader.socket.once("connect", resolve);
			reader.socket.once("connect_error", reject);
		});
		for (const liveId of liveIds) {
			const answer = await reader.join(liveId);
			if (answer["success"] !== true) throw new Error(`join ${liveId}: ${JSON.stringify(answer)}`);
		}
		return reader;
	}

	join(liveId: unknown): Promise<Record<string, unknown>> {
		return this.socket.timeout(120_000).emitWithAck("join", { live_id: liveId });
	}

	leave(liveId: unknown): Promise<Record<string, unknown>> {
		return this.socket.timeout(120_000).emitWithAck("leave", { live_id: liveId });
	}

	/** Returns the ids of one room's upstream messages in order of arrival, without the service's own events. */
	ids(liveId: string): string[] {
		return this.messages.filter((m) => m.live_id === liveId && m.method !== "livekeeper").map((m) => m.id);
	}

	close(): void {
		this.socket.disconnect();
	}
}

import type { NodeMessages } from "@livekeeper/log/jetstream";
import { z } from "zod";

/** An HTTP request that one node forwards to another. */
export interface RelayedRequest {
	method: string;
	url: string;
	/** Address of the client, by which limits count. */
	address: string;
	headers: Record<string, string | string[] | undefined>;
	body: Uint8Array;
}

/** The answer to a forwarded request. */
export interface RelayedReply {
	status: number;
	headers: Record<string, string>;
	body: Uint8Array;
}

const relayedRequest = z.object({
	method: z.string(),
	url: z.string().startsWith("/"),
	address: z.string(),
	headers: z.record(z.string(), z.union([z.string(), z.array(z.string())]).optional()),
});
const relayedReply = z.object({
	status: z.int().min(200).max(599),
	headers: z.record(z.string(), z.string()),
});

/** A question or an answer in transit: the first line is JSON, the rest is the body. */
type Head = Omit<RelayedRequest, "body"> | Omit<RelayedReply, "body">;

const newline = 10;

/** Forwards requests that only a room's own node can answer to that node. */
export class RequestRelay {
	readonly #messages: Pick<NodeMessages, "ask" | "onAsked">;
	readonly #node: string;
	readonly #ownerOf: (liveId: string) => string | undefined;
	readonly #timeoutMs: number;

	/** @param timeoutMs maximum wait for an answer */
	constructor(options: {
		messages: Pick<NodeMessages, "ask" | "onAsked">;
		node: string;
		ownerOf: (liveId: string) => string | undefined;
		timeoutMs?: number;
	}) {
		this.#messages = options.messages;
		this.#node = options.node;
		this.#ownerOf = options.ownerOf;
		this.#timeoutMs = options.timeoutMs ?? 10_000;
	}

	/** Returns the other node that owns the room; `undefined` if this one answers. */
	nodeOf(liveId: string): string | undefined {
		const owner = this.#ownerOf(liveId);
		return owner === this.#node ? undefined : owner;
	}

	/**
	 * @returns the node's answer; `undefined` if there is none, or none that this one understands.
	 * @throws errors of NATS
	 */
	async ask(node: string, { body, ...head }: RelayedRequest): Promise<RelayedReply | undefined> {
		const answer = await this.#messages.ask(node, pack(head, body), this.#timeoutMs);
		return answer && unpack(relayedReply, answer);
	}

	/** @param answer answers requests forwarded by other nodes */
	onAsked(answer: (request: RelayedRequest) => Promise<RelayedReply>): void {
		this.#messages.onAsked(this.#node, async (question) => {
			const request = unpack(relayedRequest, question);
			if (!request) throw new Error("A node asks what is no request");
			const { body, ...head } = await answer(request);
			return pack(head, body);
		});
	}
}

function pack(head: Head, body: Uint8Array): Uint8Array {
	return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body]);
}

/** @returns `undefined` for a malformed message, such as one from a node of another version */
function unpack<T extends object>(head: z.ZodType<T>, bytes: Uint8Array): (T & { body: Uint8Array }) | undefined {
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const end = buffer.indexOf(newline);
	try {
		return { ...head.parse(JSON.parse(buffer.subarray(0, end).toString("utf8"))), body: buffer.subarray(end + 1) };
	} catch {
		return undefined;
	}
}
